"""A plan of an invented council, of the variety that real plans have, as pieces to write in any format."""

from tests.ingest.readers.made_formats import Piece


def heading(depth: int, words: str) -> Piece:
    return Piece("heading", words, depth)


def para(words: str) -> Piece:
    return Piece("paragraph", words)


def items(*words: str, depth: int = 1) -> list[Piece]:
    return [Piece("item", each, depth) for each in words]


def numbered(*words: str, start: int = 1) -> list[Piece]:
    return [Piece("item", each, 1, marker=f"{number}.") for number, each in enumerate(words, start)]


def table(header: str, *rows: str) -> list[Piece]:
    return [
        Piece("header", cells=tuple(header.split(" | "))),
        *(Piece("row", cells=tuple(row.split(" | "))) for row in rows),
    ]


def note(mark: str, words: str) -> Piece:
    return Piece("footnote", words, marker=mark)


def entry(term: str, meaning: str) -> Piece:
    return Piece("entry", term, cells=(meaning,))


PLAN: list[Piece] = [
    heading(1, "1 Foreword"),
    para(
        "Harbour District is home to 84,200 people, and every one of them uses something that this council provides. "
        "Four years ago we promised to repair the roads, to keep every library open and to bring the accounts back "
        "into balance. We did the first two. The third took a year longer than we said it would, and this plan "
        "explains why, and what we have changed since."
    ),
    para(
        "The next three years will be harder than the last. Our grant from government falls by £6.4m, the number of "
        "people over 75 rises by a fifth, and the sea wall needs work that cannot wait. We have chosen to do fewer "
        "things and to do them well."
    ),
    para("Councillor Ada Winter, Leader of the Council."),
    heading(1, "2 Our priorities"),
    para("The council has agreed three priorities for 2024-27:"),
    *items(
        "safe and dry homes, behind a sea wall that is fit for the next fifty years;",
        "streets that are clean, lit and mended; and",
        "a council that lives within its means.",
    ),
    heading(2, "2.1 Safe and dry homes"),
    para(
        "Surge tides in 2013 and 2017 flooded 412 homes¹. The survey of 2022 found that 3.1 km of the wall would not "
        "withstand a tide of the same height. We will therefore rebuild it in two stages, beginning where most homes "
        "are at risk."
    ),
    note("1", "Harbour District Council, Flood Investigation Report, March 2018, page 12."),
    para("By March 2027 we will have:"),
    *items(
        "rebuilt the wall between the pier and the lifeboat station;",
        "fitted flood doors to 260 homes on Quay Street and Mill Lane; and",
        "trained 40 flood wardens, two for each street at risk.",
    ),
    para("The wall's second stage is not funded. We have asked the Environment Agency for £11.5m and expect an answer "
         "in the autumn of 2025."),
    heading(2, "2.2 Streets"),
    para(
        "Residents told us that streets matter to them more than anything else that we do. In the survey of 2023, 61 "
        "per cent were satisfied with street cleaning, and 38 per cent with the state of the roads."
    ),
    heading(3, "2.2.1 Roads"),
    para("We mend a pothole within 28 days of its report. From April 2025 the standard will be 14 days."),
    *table(
        "Measure | 2022-23 | 2023-24 | Target 2026-27",
        "Potholes mended in time | 71% | 83% | 95%",
        "Roads in good repair | 54% | 57% | 65%",
        "Complaints about roads | 1,204 | 987 | 600",
    ),
    heading(3, "2.2.2 Lighting"),
    para(
        "Of our 9,300 street lamps, 6,150 have been changed for lamps that use a third of the power. The rest will "
        "follow by December 2025, at a cost of £1.9m that savings on electricity repay in six years."
    ),
    heading(2, "2.3 Living within our means"),
    para("Our budget for each year is set by Full Council in February. The table below gives the plan's three years."),
    Piece("caption", "Table 2: Revenue budget by service, in millions of pounds"),
    *table(
        "Service | 2024-25 | 2025-26 | 2026-27",
        "Adult social care | 41.2 | 42.9 | 44.0",
        "Children's services | 28.7 | 28.1 | 27.6",
        "Streets and open spaces | 12.4 | 11.8 | 11.5",
        "Libraries and culture | 3.9 | 3.8 | 3.8",
        "Total | 86.2 | 86.6 | 86.9",
    ),
    para(
        "Savings of £7.3m are needed over the three years. Two thirds of them come from the way we buy and the "
        "buildings we hold; no library, leisure centre or children's centre will close."
    ),
    heading(1, "3 How we will do it"),
    heading(2, "Working together"),
    para(
        "No council does this alone. The Harbour Partnership brings together the police, the health service, the "
        "college and the port. It meets each quarter and is chaired by the council's Chief Executive."
    ),
    heading(2, "Our staff"),
    para("We employ 1,140 people. This plan asks of them that they:"),
    *items("put residents first, which means"),
    *items("answering a letter within ten working days, and", "explaining every refusal;", depth=2),
    *items("say what they see; and", "waste nothing."),
    para("Each service has a workforce plan, and reports on it in June."),
    heading(2, "Steps in the first year"),
    para("We will take these steps, in this order:"),
    *numbered(
        "Appoint the contractor for the sea wall.",
        "Open the new depot at Fishergate.",
        "Move the customer centre into the central library.",
        "Publish the first report on this plan's targets.",
    ),
    heading(1, "4 Targets and milestones"),
    para(
        "This chapter brings together what we have promised. Progress is reported to the Scrutiny Committee every six "
        "months, and published."
    ),
    heading(2, "4.1 Targets"),
    *table(
        "Target | Baseline | By March 2027 | Owner",
        "Homes protected from flooding | 0 | 412 | Director of Place",
        "Household waste recycled | 44% | 55% | Director of Place",
        "Care leavers in work or training | 58% | 75% | Director of Children's Services",
        "Staff absence, days a year | 9.8 | 7.0 | Chief Executive",
        "Calls answered within a minute | 66% | 85% | Director of Resources",
    ),
    heading(2, "4.2 Milestones"),
    *items(
        "Quarter 1, 2024-25: contract for the sea wall let.",
        "Quarter 3, 2024-25: depot at Fishergate open.",
        "Quarter 2, 2025-26: all street lamps changed.",
        "Quarter 4, 2026-27: sea wall, stage one, complete².",
    ),
    note("2", "Subject to the licence of the Marine Management Organisation."),
    heading(2, "4.3 Risks"),
    para(
        "The greatest risk to this plan is the cost of the sea wall. Prices for stone and steel rose by 14 per cent in "
        "2023; a rise of the same size in 2025 would take the whole of the contingency. The second is care: each "
        "additional person in residential care costs £48,000 a year, and we cannot choose how many there will be. The "
        "third is people. One in five of our engineers could retire within three years, and the council's pay is 8 "
        "per cent below that of the firms that compete for them. We have a plan for each of these, set out in the "
        "risk register, which the Audit Committee reviews in July and January. Where a risk becomes real, the "
        "Director of Resources reports to Cabinet within a month, with what it means for this plan's targets and "
        "what should be given up so that the others can be kept. Cabinet will not spend from reserves to meet a "
        "running cost. Reserves stand at £9.1m, which is 10.5 per cent of the revenue budget, and will not be let "
        "fall below £6m in any of the three years of this plan."
    ),
    heading(2, "4.4 Equality"),
    para("Every decision under this plan is checked for its effects on different groups of residents."),
    para("An officer of the policy team signs each check; the checks are published with the papers of the meeting."),
    heading(1, "5 Glossary"),
    entry("EA", "Environment Agency"),
    entry("MMO", "Marine Management Organisation"),
    entry("SEND", "Special Educational Needs and Disabilities"),
    entry("MTFP", "Medium Term Financial Plan"),
]  # fmt: skip

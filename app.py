"""The front door: `streamlit run app.py`.

CHAPTER_CORPUS, CHAPTER_INDEX and CHAPTER_MODEL name another folder of documents, another index and
another embedding model; the folders are relative to where the command is run. CHAPTER_LLM_BASE_URL,
CHAPTER_LLM_MODEL and CHAPTER_LLM_API_KEY name a language model that may write (answer/llm.py). CHAPTER_DATABASE
names the database in which questions, answers and verdicts are kept (desk/database.py), CHAPTER_ROLE_CLAIM,
CHAPTER_REVIEWERS and CHAPTER_MAINTAINERS who may do what (desk/roles.py). CHAPTER_EVALUATION names the folder of the
evaluation's questions, its gate and its accepted run, CHAPTER_RUNS that of the runs it keeps, CHAPTER_ENCODERS that of
compiled models (index/compiled.py). CHAPTER_LOG, CHAPTER_LOG_QUESTIONS and CHAPTER_METRICS say where
it is told and counted what happens (desk/events.py, desk/metrics.py).
"""

import streamlit as st
from starlette.middleware import Middleware

from ui.front import main, starting
from ui.served import TellRefused, draw_fault, start_telling

if __name__ == "__main__":
    main()  # the script of a page, run anew at each press
else:
    start_telling()
    app = st.App(
        __file__, lifespan=starting, middleware=[Middleware(TellRefused)], on_script_error=draw_fault
    )  # what the server imports and serves

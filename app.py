"""The front door: `streamlit run app.py`.

CHAPTER_CORPUS, CHAPTER_INDEX and CHAPTER_MODEL name another folder of documents, another index and
another embedding model; the folders are relative to where the command is run. CHAPTER_LLM_BASE_URL,
CHAPTER_LLM_MODEL and CHAPTER_LLM_API_KEY name a language model that may write (answer/llm.py). CHAPTER_DATABASE
names the database in which questions, answers and verdicts are kept (desk/database.py), CHAPTER_ROLE_CLAIM,
CHAPTER_REVIEWERS and CHAPTER_MAINTAINERS who may do what (desk/roles.py). CHAPTER_EVALUATION names the folder of the
evaluation's questions, its gate and its accepted run, CHAPTER_RUNS that of the runs it keeps, CHAPTER_ENCODERS that of
compiled models (index/compiled.py).
"""

import streamlit as st

from ui.front import main, starting

if __name__ == "__main__":
    main()  # the script of a page, run anew at each press
else:
    app = st.App(__file__, lifespan=starting)  # what the server imports and serves

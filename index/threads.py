"""How many threads a process that answers uses for one question."""

from threadpoolctl import threadpool_limits


def one_thread_a_question() -> None:
    """Let NumPy's products of this process, from now on, use the thread that asks for them and no other.

    A question's products are small: two threads wait for each other on a machine that has other work, for a hundred
    times as long (docs/decisions.md, "One thread for one question").
    """
    threadpool_limits(1, "blas")

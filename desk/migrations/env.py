"""How Alembic runs the migrations: on the connection that desk/database.py hands it, inside its transaction."""

from alembic import context

from desk.database import VERSION_TABLE

context.configure(
    connection=context.config.attributes["connection"],
    version_table=VERSION_TABLE,
    transactional_ddl=True,  # for SQLite too, whose transactions desk/database.py begins itself
)
with context.begin_transaction():
    context.run_migrations()

"""Catches: Dagster's statements compiled anew each time, or one taken for another."""

import sqlalchemy as db

from orchestration.run_store import quick_store

NOTES = db.Table("notes", db.MetaData(), db.Column("id", db.Integer, primary_key=True), db.Column("text", db.String))


def test_engines_on_a_file_share_what_is_compiled_and_nothing_else(tmp_path, monkeypatch):
    compiled = []
    compiler = db.create_engine("sqlite://").dialect.statement_compiler
    compiling = compiler.__init__

    def counted(self, dialect, statement, *args, **kwargs):
        compiled.append(statement)
        compiling(self, dialect, statement, *args, **kwargs)

    monkeypatch.setattr(compiler, "__init__", counted)
    with quick_store():
        for text in ("first", "second", "third"):
            engine = db.create_engine(f"sqlite:///{tmp_path}/notes.db", poolclass=db.NullPool)
            NOTES.metadata.create_all(engine)
            with engine.begin() as connection:
                connection.execute(db.insert(NOTES).values(text=text))
                found = connection.execute(db.select(NOTES.c.text).where(NOTES.c.text == text)).scalars().all()
                kept = connection.execute(db.select(NOTES.c.id).order_by(NOTES.c.id)).scalars().all()
            assert found == [text]
        assert kept == [1, 2, 3]
    of_notes = [each for each in compiled if isinstance(each, db.Insert | db.Select)]
    assert len(of_notes) == 3

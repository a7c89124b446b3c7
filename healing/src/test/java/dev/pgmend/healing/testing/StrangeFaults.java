// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import dev.pgmend.healing.postgres.Identifiers;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * One fault for each detector of what lies in a schema, every name in it given; beside them objects
 * of every other kind that nothing is wrong with, or that are not to be touched.
 */
public final class StrangeFaults {
  /** So many names it takes. */
  public static final int NAMES = 60;

  private final TestDatabase database;
  private final Deque<String> names;
  private final String schema;
  private final Set<String> expected = new LinkedHashSet<>();
  private final Set<String> untouchable = new LinkedHashSet<>();

  private StrangeFaults(TestDatabase database, List<String> names) {
    this.database = database;
    this.names = new ArrayDeque<>(names);
    this.schema = this.names.pop();
  }

  /** Brings them about. */
  public static StrangeFaults in(TestDatabase database, List<String> names) {
    var faults = new StrangeFaults(database, names);
    database.execute("CREATE SCHEMA " + Identifiers.quote(faults.schema));
    faults.bloatedIndex();
    faults.failedBuild();
    faults.leftover();
    faults.duplicates();
    faults.foreignKey();
    faults.staleStatistics();
    faults.sequence();
    faults.dependentColumns();
    faults.autovacuumOff();
    faults.collation();
    faults.changedFunction();
    faults.partitions();
    faults.soundObjects();
    faults.extensionsObjects();
    faults.temporaryTable();
    faults.age();
    Faults.flushStatistics(database);
    return faults;
  }

  public String schema() {
    return schema;
  }

  /** What must be found: detector and relation or index, each as in the catalog. */
  public Set<String> expected() {
    return Collections.unmodifiableSet(expected);
  }

  /** Relations that no finding may be about. */
  public Set<String> untouchable() {
    return Collections.unmodifiableSet(untouchable);
  }

  private void bloatedIndex() {
    var table = names.pop();
    var column = names.pop();
    var index = names.pop();
    run("CREATE TABLE %s (%s int, note text)", in(table), quote(column));
    run("INSERT INTO %s SELECT i, 'n' || i FROM generate_series(1, 10000) i", in(table));
    run("CREATE INDEX %s ON %s (%s)", quote(index), in(table), quote(column));
    run("DELETE FROM %s WHERE %s %% 10 <> 0", in(table), quote(column));
    Faults.flushStatistics(database);
    run("VACUUM (ANALYZE) %s", in(table));
    expect("IndexBloat", index);
  }

  private void failedBuild() {
    var table = names.pop();
    var column = names.pop();
    var index = names.pop();
    table(table, column);
    run("INSERT INTO %s VALUES (1), (1)", in(table));
    fails(
        "23505",
        "CREATE UNIQUE INDEX CONCURRENTLY %s ON %s (%s)",
        quote(index),
        in(table),
        quote(column));
    run("DELETE FROM %s", in(table));
    expect("InvalidIndex", index);
  }

  /** The _ccnew of a rebuild that was given up behind an open transaction. */
  private void leftover() {
    var table = names.pop();
    var column = names.pop();
    var index = names.pop();
    table(table, column);
    run("CREATE INDEX %s ON %s (%s)", quote(index), in(table), quote(column));
    try (var _ = database.begin("INSERT INTO %s VALUES (1)".formatted(in(table)))) {
      run("SET lock_timeout = '50ms'");
      fails("55P03", "REINDEX INDEX CONCURRENTLY %s", in(index));
      run("RESET lock_timeout");
    }
    var left =
        database.text(
            "SELECT relname FROM pg_class JOIN pg_index ON indexrelid = oid"
                + " WHERE NOT indisvalid AND relname LIKE '%ccnew'");
    expect("InvalidIndex", left);
  }

  /** On an expression, with a condition and a column more. */
  private void duplicates() {
    var table = names.pop();
    var column = names.pop();
    var one = names.pop();
    var other = names.pop();
    run("CREATE TABLE %s (%s text, more int)", in(table), quote(column));
    for (var index : List.of(one, other)) {
      run(
          "CREATE INDEX %s ON %s (lower(%s), %3$s text_pattern_ops DESC) INCLUDE (more)"
              + " WITH (fillfactor = 70) WHERE %3$s <> E'it''s \\\\ %%s $1 ?'",
          quote(index), in(table), quote(column));
    }
    expect("DuplicateIndex", other);
  }

  private void foreignKey() {
    var parent = names.pop();
    var child = names.pop();
    var one = names.pop();
    var other = names.pop();
    run("CREATE TABLE %s (a int, b int, PRIMARY KEY (a, b))", in(parent));
    run(
        "CREATE TABLE %s (%s int, %s int, CONSTRAINT %s FOREIGN KEY (%3$s, %2$s) REFERENCES %5$s)",
        in(child), quote(one), quote(other), quote(names.pop()), in(parent));
    expect("MissingForeignKeyIndex", child);
  }

  private void staleStatistics() {
    var table = names.pop();
    table(table, names.pop());
    run("INSERT INTO %s SELECT generate_series(1, 2000)", in(table));
    expect("StaleStatistics", table);
  }

  private void sequence() {
    var sequence = names.pop();
    run("CREATE SEQUENCE %s AS smallint", in(sequence));
    run(
        "CREATE TABLE %s (%s bigint DEFAULT nextval(%s))",
        in(names.pop()), quote(names.pop()), Identifiers.literal(in(sequence)));
    run("SELECT setval(%s, 32000)", Identifiers.literal(in(sequence)));
    expect("SequenceExhaustion", sequence);
  }

  private void dependentColumns() {
    var table = names.pop();
    var one = names.pop();
    var other = names.pop();
    run("CREATE TABLE %s (%s int, %s text)", in(table), quote(one), quote(other));
    run(
        "INSERT INTO %s SELECT i %% 50, 'n' || i %% 50 FROM generate_series(1, 10000) i",
        in(table));
    run("CREATE INDEX %s ON %s (%s, %s)", quote(names.pop()), in(table), quote(one), quote(other));
    Faults.flushStatistics(database);
    run("ANALYZE %s", in(table));
    expect("CorrelatedColumns", table);
  }

  private void autovacuumOff() {
    var table = names.pop();
    var column = names.pop();
    run("CREATE TABLE %s (%s int) WITH (autovacuum_enabled = off)", in(table), quote(column));
    run("INSERT INTO %s SELECT generate_series(1, 5000)", in(table));
    Faults.flushStatistics(database);
    run("ANALYZE %s", in(table));
    run("DELETE FROM %s WHERE %s > 100", in(table), quote(column));
    expect("AutovacuumLag", table);
    expect("TableBloat", table);
  }

  private void collation() {
    var collation = names.pop();
    var table = names.pop();
    var column = names.pop();
    run("CREATE COLLATION %s (provider = icu, locale = 'en')", in(collation));
    run("CREATE TABLE %s (%s text COLLATE %s)", in(table), quote(column), in(collation));
    run("CREATE INDEX %s ON %s (%s)", quote(names.pop()), in(table), quote(column));
    run(
        "UPDATE pg_collation SET collversion = '0.1' WHERE collname = %s",
        Identifiers.literal(collation));
    expect("CollationDrift", "");
  }

  private void changedFunction() {
    var function = names.pop();
    var table = names.pop();
    var column = names.pop();
    var index = names.pop();
    var body =
        "CREATE OR REPLACE FUNCTION %s(i int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS '%s'";
    table(table, column);
    run("INSERT INTO %s SELECT generate_series(1, 100)", in(table));
    run(body, in(function), "BEGIN RETURN i; END");
    run("CREATE INDEX %s ON %s (%s(%s))", quote(index), in(table), in(function), quote(column));
    run(body, in(function), "BEGIN RETURN 1000 - i; END");
    expect("CorruptIndex", index);
  }

  /** With two indexes each that are attached, and a foreign key that they inherit. */
  private void partitions() {
    var table = names.pop();
    var partition = names.pop();
    var column = names.pop();
    var parent = names.pop();
    run("CREATE TABLE %s (id int PRIMARY KEY)", in(parent));
    run(
        "CREATE TABLE %s (%s int REFERENCES %s, day date) PARTITION BY RANGE (day)",
        in(table), quote(column), in(parent));
    run(
        "CREATE TABLE %s PARTITION OF %s FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
        in(partition), in(table));
    run("CREATE INDEX ON %s (day)", in(table));
    run("CREATE INDEX ON %s (day)", in(table));
    expect("MissingForeignKeyIndex", partition);
  }

  private void soundObjects() {
    var parent = names.pop();
    table(parent, names.pop());
    run("CREATE TABLE %s () INHERITS (%s)", in(names.pop()), in(parent));
    run(
        "CREATE TABLE %s (r int4range, CONSTRAINT %s EXCLUDE USING gist (r WITH &&))",
        in(names.pop()), quote(names.pop()));
    run(
        "CREATE TABLE %s (%s int, %s int GENERATED ALWAYS AS (%2$s * 2) STORED, UNIQUE (%2$s))",
        in(names.pop()), quote(names.pop()), quote(names.pop()));
    run("CREATE MATERIALIZED VIEW %s AS SELECT 1 AS %s", in(names.pop()), quote(names.pop()));
    run("CREATE TABLE %s (big text)", in(names.pop()));
    run("CREATE UNLOGGED TABLE %s (id int)", in(names.pop()));
  }

  /** As bad as any, and its extension's own affair. */
  private void extensionsObjects() {
    var table = names.pop();
    var sequence = names.pop();
    untouchable.add(table);
    untouchable.add(sequence);
    run("CREATE TABLE %s (id int, parent int REFERENCES %s)", in(table), parentOf());
    run("INSERT INTO %s SELECT i, NULL FROM generate_series(1, 5000) i", in(table));
    run("CREATE INDEX ON %s (id)", in(table));
    run("CREATE INDEX ON %s (id)", in(table));
    run("CREATE SEQUENCE %s AS smallint", in(sequence));
    run("SELECT setval(%s, 32000)", Identifiers.literal(in(sequence)));
    run("ALTER EXTENSION pgstattuple ADD TABLE %s", in(table));
    run("ALTER EXTENSION pgstattuple ADD SEQUENCE %s", in(sequence));
  }

  /** Of the session that brings the faults about, and open as long as the database is. */
  private void temporaryTable() {
    var table = names.pop();
    untouchable.add(table);
    run("CREATE TEMP TABLE %s (id int)", quote(table));
    run("INSERT INTO pg_temp.%s SELECT generate_series(1, 5000)", quote(table));
    run("CREATE INDEX ON pg_temp.%s (id)", quote(table));
    run("CREATE INDEX ON pg_temp.%s (id)", quote(table));
  }

  /** A thousand transactions ago. */
  private void age() {
    database.execute(
        """
        DO $$ BEGIN FOR i IN 1..1000 LOOP PERFORM txid_current(); COMMIT; END LOOP; END $$
        """);
  }

  private String parentOf() {
    var parent = in(names.pop());
    run("CREATE TABLE %s (id int PRIMARY KEY)", parent);
    return parent;
  }

  private void table(String table, String column) {
    run("CREATE TABLE %s (%s int)", in(table), quote(column));
  }

  private void expect(String detector, String name) {
    expected.add(detector + " " + name);
  }

  private String in(String name) {
    return Identifiers.quote(schema, name);
  }

  private static String quote(String name) {
    return Identifiers.quote(name);
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation is no dependency of ours
  private void run(String sql, Object... parts) {
    database.execute(sql.formatted(parts));
  }

  @SuppressWarnings("AnnotateFormatMethod")
  private void fails(String state, String sql, Object... parts) {
    try {
      run(sql, parts);
    } catch (CompletionException e) {
      if (e.getCause() instanceof SQLException why && state.equals(why.getSQLState())) {
        return;
      }
      throw e;
    }
    throw new IllegalStateException("Nothing kept this from ending: " + sql);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.detect.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgmend.healing.detect.Look;
import dev.pgmend.healing.finding.Target;
import dev.pgmend.healing.repair.Repairs;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.sql.SQLException;

class SequenceExhaustionTest {
  private final Look look = Look.with(new SequenceExhaustion());

  @EachPostgres
  void aSerialNearTheEndOfItsColumnIsFound(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE TABLE t (id serial, big bigserial, \"Ident\" int GENERATED ALWAYS AS IDENTITY)",
        "SELECT setval('t_id_seq', 2000000000), setval('t_big_seq', 2000000000),"
            + " setval('\"t_Ident_seq\"', 1750000000)");

    assertThat(look.at(database))
        .extracting(finding -> finding.target().relation() + " " + finding.severity())
        .containsExactlyInAnyOrder("t_id_seq CRITICAL", "t_Ident_seq WARNING");
    assertThat(look.at(database)).allSatisfy(f -> assertThat(Repairs.planFor(f)).isEmpty());
  }

  @EachPostgres
  void theColumnCountsWhereTheSequenceIsWider(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE SEQUENCE shared",
        "CREATE TABLE t (id smallint DEFAULT nextval('shared'))",
        "SELECT setval('shared', 30000)");

    assertThat(look.at(database))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.target()).isEqualTo(Target.table(database.name(), "public", "shared"));
          assertThat(finding.summary()).contains("the smallint column public.t.id");
          assertThat(finding.evidence())
              .containsEntry("limit", "32767")
              .containsEntry("sequenceOnly", "false");
        });
  }

  @EachPostgres
  void aSequenceNarrowerThanItsColumnIsWidenedAndCanBeNarrowedAgain(TestDatabase database)
      throws SQLException {
    database.execute(
        "CREATE SEQUENCE \"S q\" AS smallint",
        "CREATE TABLE t (id bigint DEFAULT nextval('\"S q\"'))",
        "SELECT setval('\"S q\"', 32000)");
    var finding = look.at(database).getFirst();
    var plan = Repairs.planFor(finding).orElseThrow();

    plan.statements().forEach(database::execute);
    assertThat(look.at(database)).isEmpty();
    assertThat(database.number("SELECT nextval('\"S q\"')")).isEqualTo(32_001);

    plan.undoStatements().forEach(database::execute);
    assertThat(look.at(database)).hasSize(1);
  }

  @EachPostgres
  void whatGoesDownOrRoundOrWasNeverUsedIsUnderstood(TestDatabase database) throws SQLException {
    database.execute(
        "CREATE SEQUENCE down AS smallint INCREMENT -1 START -1",
        "SELECT setval('down', -30000)",
        "CREATE SEQUENCE round AS smallint CYCLE",
        "SELECT setval('round', 32767)",
        "CREATE SEQUENCE fresh AS smallint START 32000",
        "CREATE SEQUENCE half",
        "SELECT setval('half', 4000000000000000000)");

    assertThat(look.at(database))
        .extracting(finding -> finding.target().relation())
        .containsExactly("down");
  }
}

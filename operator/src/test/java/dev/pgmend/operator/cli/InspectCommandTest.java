// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import static dev.pgmend.operator.cli.Shell.pgmend;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import dev.pgmend.healing.postgres.Identifiers;
import dev.pgmend.healing.testing.Faults;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServer;
import dev.pgmend.healing.testing.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InspectCommandTest {
  private static final String PASSWORD = "open sesame";
  private static final List<String> SMALL_FAULTS_COUNT =
      List.of(
          "--threshold", "IndexBloat.minSaving=100Ki",
          "--threshold", "DuplicateIndex.minSize=0",
          "--threshold", "MissingForeignKeyIndex.minTableSize=0");

  /** All that a look must not change; what the look itself is counted as is left out. */
  private static final List<String> STATE =
      List.of(
          "SELECT md5(string_agg(c::text, '' ORDER BY oid)) FROM pg_class c",
          "SELECT md5(string_agg(i::text, '' ORDER BY indexrelid)) FROM pg_index i",
          "SELECT md5(string_agg(a::text, '' ORDER BY attrelid, attnum)) FROM pg_attribute a",
          "SELECT md5(string_agg(p::text, '' ORDER BY oid)) FROM pg_proc p",
          "SELECT md5(string_agg(n::text, '' ORDER BY oid)) FROM pg_namespace n",
          "SELECT md5(string_agg(e::text, '' ORDER BY oid)) FROM pg_extension e",
          "SELECT count(*) FROM pg_statistic",
          "SELECT count(*) FROM pg_db_role_setting",
          "SELECT string_agg(name || setting, ',' ORDER BY name) FROM pg_settings"
              + " WHERE source IN ('database', 'user', 'configuration file')",
          "SELECT tup_inserted, tup_updated, tup_deleted, temp_files, deadlocks, xact_rollback"
              + " FROM pg_stat_database WHERE datname = current_database()",
          "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del + vacuum_count + analyze_count)"
              + " FROM pg_stat_user_tables");

  private TestDatabase database;

  @BeforeEach
  void createDatabase() {
    database = TestServers.newest().createDatabase();
  }

  @AfterEach
  void dropDatabase() {
    database.close();
  }

  @Test
  void reportsAHealthyDatabase() {
    var run = inspect();

    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(run.out())
        .matches(database.name() + " on Postgres 18\\.\\d+: health 100 of 100, no findings\\R");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void printsEvidenceFixAndUndoOfEachFinding() {
    Faults.foreignKeyWithoutIndex(database, "parents", "children");
    database.execute("ANALYZE parents");

    var run = inspect();

    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(run.out())
        .contains("health 92 of 100, 1 warning")
        .contains("warning  MissingForeignKeyIndex  public.children(parent_id)")
        .contains("evidence: ", "tableRows=10000")
        .containsPattern("fix:   CREATE INDEX CONCURRENTLY \"pgmend_children_\\w+_idx\" ON .*;\\R")
        .containsPattern("undo:  DROP INDEX CONCURRENTLY .*\"pgmend_children_\\w+_idx\";\\R");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void whatIsPrintedIsWithoutColourWhereNoTerminalReadsIt() {
    Faults.staleStatistics(database, "orders");

    assertThat(inspect().out()).doesNotContain("\u001b[").doesNotContain("@|");
  }

  @Test
  void namesFullOfMarkupAreShownAsTheyAre() {
    database.execute("CREATE TABLE \"@|red evil|@ %s\" AS SELECT generate_series(1, 5000) i");
    Faults.flushStatistics(database);

    var run = inspect();

    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(run.out()).contains("StaleStatistics  public.@|red evil|@ %s");
  }

  @Test
  void theDocumentHasTheFieldsAndTypesThatTheDocumentationLists() throws IOException {
    ailing();

    var run = inspect("--json");

    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(run.err()).isEmpty();
    var document = json(run);
    assertThat(types(document))
        .isEqualTo(
            Map.of(
                "schema", JsonNodeType.STRING,
                "server", JsonNodeType.STRING,
                "healthScore", JsonNodeType.NUMBER,
                "findings", JsonNodeType.ARRAY,
                "databases", JsonNodeType.ARRAY));
    assertThat(document.get("schema").asText()).isEqualTo("pgmend.dev/inspection/v1");
    assertThat(document.get("server").asText())
        .isEqualTo(database.spec().host() + ":" + database.spec().port());
    assertThat(document.get("healthScore").isInt()).isTrue();
    var only = document.get("databases").get(0);
    assertThat(types(only))
        .isEqualTo(
            Map.of(
                "database", JsonNodeType.STRING,
                "serverVersion", JsonNodeType.STRING,
                "standby", JsonNodeType.BOOLEAN,
                "findings", JsonNodeType.ARRAY));
    assertThat(only.get("database").asText()).isEqualTo(database.name());
    assertThat(only.get("standby").asBoolean()).isFalse();
    assertThat(only.get("findings")).hasSizeGreaterThanOrEqualTo(5);
    only.get("findings").forEach(InspectCommandTest::looksAsDocumented);
  }

  private static void looksAsDocumented(JsonNode finding) {
    assertThat(fields(finding))
        .containsExactly("detector", "evidence", "repair", "severity", "summary", "target");
    assertThat(finding.get("severity").asText()).isIn("info", "warning", "critical");
    var target = finding.get("target");
    assertThat(fields(target))
        .containsExactly("columns", "index", "object", "parameter", "relation", "schema");
    assertThat(target.get("schema").asText()).isEqualTo("public");
    assertThat(target.get("index").getNodeType()).isIn(JsonNodeType.STRING, JsonNodeType.NULL);
    assertThat(target.get("columns").getNodeType()).isIn(JsonNodeType.ARRAY, JsonNodeType.NULL);
    assertThat(finding.get("evidence").properties())
        .isNotEmpty()
        .allMatch(number -> number.getValue().isTextual());
    var repair = finding.get("repair");
    if (!repair.isNull()) {
      assertThat(fields(repair)).containsExactly("expected", "risk", "statements", "type", "undo");
      assertThat(repair.get("risk").asText()).isIn("low", "medium", "high");
      assertThat(repair.get("statements")).isNotEmpty().allMatch(JsonNode::isTextual);
      assertThat(repair.get("undo").isArray()).isTrue();
      if (!repair.get("expected").isNull()) {
        assertThat(types(repair.get("expected")))
            .isEqualTo(
                Map.of(
                    "improvementPercent", JsonNodeType.NUMBER,
                    "lowPercent", JsonNodeType.NUMBER,
                    "highPercent", JsonNodeType.NUMBER,
                    "source", JsonNodeType.STRING));
      }
    }
  }

  @Test
  void everyFieldOfTheDocumentStandsInTheDocumentation() throws IOException {
    ailing();
    var documentation = Files.readString(Path.of("..", "docs", "reference", "inspect.md"));
    var names = new TreeSet<String>();
    collectNames(json(inspect("--json")), names);

    assertThat(names)
        .allSatisfy(name ->
            assertThat(documentation).containsPattern("`[^`\\s]*\\b" + name + "\\b[^`\\s]*`"));
  }

  @Test
  void everyFindingThatIsMadeHereStandsInTheDocumentation() throws IOException {
    ailing();
    var documentation = Files.readString(Path.of("..", "docs", "reference", "inspect.md"));

    assertThat(findings(json(inspect("--json"))))
        .allSatisfy(finding -> {
          assertThat(documentation).contains("| " + finding.get("detector").asText() + " |");
          if (!finding.get("repair").isNull()) {
            assertThat(documentation).contains(finding.get("repair").get("type").asText());
          }
        });
  }

  @Test
  void theHealthScoreIsTheSumOfWhatFindingsCost() throws IOException {
    Faults.foreignKeyWithoutIndex(database, "parents", "children");
    Faults.staleStatistics(database, "orders");

    var document = json(inspect("--json"));

    var warnings =
        findings(document).stream()
            .filter(finding -> finding.get("severity").asText().equals("warning"))
            .count();
    assertThat(document.get("healthScore").asLong()).isEqualTo(100 - 8 * warnings);
  }

  @Test
  void theWorstComeFirstAndTheOrderIsTheSameEachTime() throws IOException {
    ailing();

    var first = json(inspect("--json"));
    var second = json(inspect("--json"));

    var severities = List.of("critical", "warning", "info");
    assertThat(findings(first).stream().map(f -> severities.indexOf(f.get("severity").asText())))
        .isSorted();
    assertThat(findings(second)).isEqualTo(findings(first));
  }

  @Test
  void inspectionChangesNothing() {
    ailing();
    var before = state();

    assertThat(inspect().exitCode()).isEqualTo(ExitCode.OK);
    assertThat(inspect("--json").exitCode()).isEqualTo(ExitCode.OK);

    assertThat(state()).isEqualTo(before);
  }

  @Test
  void allDatabasesOfTheServerAreLookedAtWhereThatIsAskedFor() throws IOException {
    var run = inspect("--all-databases", "--json");

    var names = new ArrayList<String>();
    json(run).get("databases").forEach(d -> names.add(d.get("database").asText()));
    assertThat(names).contains(database.name(), "postgres").doesNotContain("template1").isSorted();
  }

  @Test
  void aStandbyIsInspectedAndSaidToBeOne() throws IOException {
    var spec = TestServers.standby().spec();
    var run =
        pgmend(
            "inspect",
            "--json",
            "--postgres",
            "postgresql://%s@%s:%d/%s"
                .formatted(spec.user(), spec.host(), spec.port(), spec.database()));

    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(json(run).get("databases").get(0).get("standby").asBoolean()).isTrue();
  }

  @Test
  void aThresholdMakesADifference() {
    Faults.foreignKeyWithoutIndex(database, "parents", "children");

    assertThat(pgmend("inspect", "--postgres", database.url()).out())
        .doesNotContain("MissingForeignKeyIndex");
    assertThat(inspect().out()).contains("MissingForeignKeyIndex");
  }

  @Test
  void findingsAsBadAsAskedForGiveAnExitCodeOfTheirOwn() {
    Faults.foreignKeyWithoutIndex(database, "parents", "children");

    assertThat(inspect("--fail-on", "warning").exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(inspect("--fail-on", "INFO").exitCode()).isEqualTo(ExitCode.FINDINGS);
    assertThat(inspect("--fail-on", "critical").exitCode()).isEqualTo(ExitCode.OK);
    assertThat(inspect("--fail-on", "warning").out()).contains("MissingForeignKeyIndex");
  }

  @Test
  void aHealthyDatabaseFailsOnNothing() {
    assertThat(inspect("--fail-on", "info").exitCode()).isEqualTo(ExitCode.OK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--postgres",
        "--postgres mysql://a@b/c",
        "--postgres not-a-url",
        "--postgres postgresql://a@localhost/b --fail-on terrible",
        "--postgres postgresql://a@localhost/b --timeout soon",
        "--postgres postgresql://a@localhost/b --threshold nothing",
        "--postgres postgresql://a@localhost/b --threshold IndexBloat.minSavingPercnt=60",
        "--postgres postgresql://a@localhost/b --threshold IndexBloat.minSaving=10MB",
        "--postgres postgresql://a@localhost/b --memory plenty",
        "--postgres postgresql://a@localhost/b --what-is-this"
      })
  void aCommandLineThatIsWrongIsSaidToBeSo(String args) {
    var all =
        Stream.concat(
            Stream.of("inspect"), Arrays.stream(args.split(" ")).filter(a -> !a.isEmpty()));

    var run = pgmend(all.toArray(String[]::new));

    assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).isNotBlank().doesNotContain("\tat ");
    assertThat(run.out()).isEmpty();
  }

  @Test
  void aServerThatIsNotThereIsUnreachable() throws IOException {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }

    var run = pgmend("inspect", "--postgres", "postgresql://me:hidden@localhost:" + port + "/shop");

    assertThat(run.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    isReportedInOneLine(run, "postgresql://me@localhost:" + port + "/shop", "firewall");
    assertThat(run.err()).doesNotContain("hidden");
  }

  @Test
  void aWrongPasswordIsRefusedAndNotRepeated() {
    var role = database.createRole(TestServer.WITH_PASSWORD);

    var wrong = pgmend("inspect", "--postgres", urlOf(role, "hunter2-wrong"));

    assertThat(wrong.exitCode()).isEqualTo(ExitCode.AUTHENTICATION);
    isReportedInOneLine(wrong, role, "credentials");
    assertThat(wrong.err()).doesNotContain("hunter2");
  }

  @Test
  void aDatabaseThatDoesNotExistIsNamed() {
    var spec = database.spec();

    var run =
        pgmend(
            "inspect",
            "--postgres",
            "postgresql://%s@%s:%d/no_such_shop".formatted(spec.user(), spec.host(), spec.port()));

    assertThat(run.exitCode()).isEqualTo(ExitCode.NO_SUCH_DATABASE);
    isReportedInOneLine(run, "no_such_shop", "psql -l");
  }

  @Test
  void refusesAnUnsupportedServer() throws IOException {
    try (var ancient = new AncientPostgres()) {
      var run =
          pgmend(
              "inspect",
              "--postgres",
              "postgresql://me@localhost:%d/shop".formatted(ancient.port()));

      assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.UNSUPPORTED_VERSION);
      isReportedInOneLine(run, "Postgres 13", "14");
    }
  }

  @Test
  void reportsTheGrantThatTheRoleLacks() {
    Faults.staleStatistics(database, "orders");
    var role = database.createRole();

    var run = pgmend("inspect", "--postgres", urlOf(role, PASSWORD));

    assertThat(run.exitCode()).isEqualTo(ExitCode.MISSING_RIGHTS);
    isReportedInOneLine(run, "GRANT pg_monitor TO " + Identifiers.quote(role));
    assertThat(run.out()).contains("StaleStatistics");
  }

  @Test
  void reportsTheGrantThatAllowsToConnect() {
    database.execute(
        "REVOKE CONNECT ON DATABASE %s FROM PUBLIC".formatted(Identifiers.quote(database.name())));
    var role = database.createRole();

    var run = pgmend("inspect", "--postgres", urlOf(role, PASSWORD));

    assertThat(run.exitCode()).isEqualTo(ExitCode.MISSING_RIGHTS);
    isReportedInOneLine(run, "GRANT CONNECT ON DATABASE");
  }

  @Test
  void pgMonitorIsEnough() {
    Faults.bloatedIndex(database, "orders", "orders_id");
    var role = database.createRole("pg_monitor", "pg_stat_scan_tables");
    var args = new ArrayList<>(List.of("inspect", "--postgres", urlOf(role, PASSWORD)));
    args.addAll(SMALL_FAULTS_COUNT);

    var run = pgmend(args.toArray(String[]::new));

    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(run.out()).contains("IndexBloat").doesNotContain("DetectorFailed");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void theHelpListsTheExitCodes() {
    var run = pgmend("inspect", "--help");

    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    for (var code : List.of("0", "1", "2", "3", "4", "5", "6", "7", "10")) {
      assertThat(run.out()).containsPattern("(?m)^ +" + code + " ");
    }
  }

  @Test
  void theVersionCanBeAsked() {
    var run = pgmend("--version");

    assertThat(run.exitCode()).isEqualTo(ExitCode.OK);
    assertThat(run.out()).startsWith("pgmend ");
  }

  private void ailing() {
    Faults.bloatedIndex(database, "orders", "orders_id");
    Faults.leftoverOfRebuild(database, "items", "items_id");
    Faults.duplicateIndexes(database, "parts", "parts_1", "parts_2");
    Faults.foreignKeyWithoutIndex(database, "parents", "children");
    Faults.staleStatistics(database, "notes");
  }

  private Shell inspect(String... more) {
    var args = new ArrayList<>(List.of("inspect", "--postgres", database.url()));
    args.addAll(SMALL_FAULTS_COUNT);
    args.addAll(List.of(more));
    return pgmend(args.toArray(String[]::new));
  }

  private String urlOf(String role, String password) {
    var spec = database.spec();
    return "postgresql://%s:%s@%s:%d/%s"
        .formatted(role, password.replace(" ", "%20"), spec.host(), spec.port(), spec.database());
  }

  private List<String> state() {
    Faults.flushStatistics(database);
    database.execute("SELECT pg_stat_clear_snapshot()");
    return STATE.stream()
        .map(query -> database.text("SELECT s::text FROM (%s) s".formatted(query)))
        .toList();
  }

  private static void isReportedInOneLine(Shell run, String... parts) {
    assertThat(run.err().lines()).singleElement().asString().startsWith("pgmend: ").contains(parts);
  }

  private static JsonNode json(Shell run) throws IOException {
    return new ObjectMapper().readTree(run.out());
  }

  private static List<JsonNode> findings(JsonNode document) {
    var all = new ArrayList<JsonNode>();
    document.get("databases").forEach(database -> database.get("findings").forEach(all::add));
    return all;
  }

  private static Set<String> fields(JsonNode node) {
    return new TreeSet<>(types(node).keySet());
  }

  private static Map<String, JsonNodeType> types(JsonNode node) {
    var types = new HashMap<String, JsonNodeType>();
    node.properties().forEach(field -> types.put(field.getKey(), field.getValue().getNodeType()));
    return types;
  }

  private static void collectNames(JsonNode node, Set<String> names) {
    node.properties()
        .forEach(field -> {
          names.add(field.getKey());
          // What the evidence holds is each detector's own.
          if (!field.getKey().equals("evidence")) {
            collectNames(field.getValue(), names);
          }
        });
    if (node.isArray()) {
      node.forEach(element -> collectNames(element, names));
    }
  }
}

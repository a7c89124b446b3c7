// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class PlanFeaturesTest {
  private static final String JOIN =
      """
      [{"Plan": {"Node Type": "Limit", "Startup Cost": 0, "Total Cost": 10, "Plan Rows": 5,
        "Plan Width": 8, "Plans": [{"Node Type": "Nested Loop", "Parent Relationship": "Outer",
        "Join Type": "Semi", "Startup Cost": 0, "Total Cost": 100, "Plan Rows": 50,
        "Plan Width": 8, "Plans": [
          {"Node Type": "Seq Scan", "Parent Relationship": "Outer", "Relation Name": "orders",
           "Alias": "o", "Startup Cost": 0, "Total Cost": 20, "Plan Rows": 10, "Plan Width": 4,
           "Filter": "((o.price > 5) AND (o.state = 'new') AND (o.note ~~ '%x%'))"},
          {"Node Type": "Index Scan", "Parent Relationship": "Inner", "Index Name": "items_idx",
           "Relation Name": "items", "Alias": "i", "Startup Cost": 0, "Total Cost": 8,
           "Plan Rows": 5, "Plan Width": 4, "Index Cond": "(i.order_id = o.id)"}]}]},
        "Settings": {"work_mem": "64kB"}}]
      """;

  @Test
  void documentationMatchesTheFeatures() throws IOException {
    var text = Files.readString(Path.of("..", "docs", "reference", "plan-features.md"));
    var documented =
        Pattern.compile("(?m)^\\| \\d+ \\| `([a-z_]+)` \\|")
            .matcher(text)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(documented).isEqualTo(PlanFeatures.featureNames());
    assertThat(text).contains("Version " + PlanFeatures.VERSION + ".");
  }

  @Test
  void ignoresNamesOfTablesColumnsAndIndexes() {
    var renamed = JOIN.replace("orders", "bookings").replace("items", "legs").replace("o.", "b.");
    assertThat(PlanFeatures.of(ExplainJson.parse(renamed)))
        .isDeepEqualTo(PlanFeatures.of(ExplainJson.parse(JOIN)));
  }

  @Test
  void countsLoopsOfTheInnerSideUnderALimit() {
    var plan = ExplainJson.parse(JOIN);
    var work = PlanWork.of(plan);
    assertThat(work.loops()).containsExactly(1, 10, 1, 1);
    assertThat(work.fraction()).containsExactly(0.1, 0.1, 0.1, 1);
    assertThat(work.selfCost()).containsExactly(20, 8, 0, 0);
    assertThat(work.cost()[1]).isCloseTo(8, within(1e-9));
    assertThat(work.underLimit()).containsExactly(true, true, true, false);
  }

  @Test
  void countsConditionsByKind() {
    var scan = PlanFeatures.of(ExplainJson.parse(JOIN))[0];
    assertThat(value(scan, "conjuncts_filter")).isEqualTo(3);
    assertThat(value(scan, "equalities")).isCloseTo((float) Math.log(2), within(1e-6f));
    assertThat(value(scan, "ranges")).isCloseTo((float) Math.log(2), within(1e-6f));
    assertThat(value(scan, "likes")).isCloseTo((float) Math.log(2), within(1e-6f));
    assertThat(value(scan, "columns")).isCloseTo((float) Math.log(4), within(1e-6f));
  }

  @Test
  void parsesUnitsOfWorkMem() {
    assertThat(workMem("64kB")).isCloseTo((float) Math.log(65), within(1e-5f));
    assertThat(workMem("1MB")).isCloseTo((float) Math.log(1025), within(1e-5f));
    assertThat(workMem("2GB")).isCloseTo((float) Math.log(2 * 1024 * 1024 + 1.0), within(1e-5f));
  }

  @Test
  void excludesPenaltiesOfDisabledOperators() {
    var penalised = JOIN.replace("\"work_mem\": \"64kB\"", "\"enable_nestloop\": \"off\"");
    var plan =
        ExplainJson.parse(penalised.replace("\"Total Cost\": 10,", "\"Total Cost\": 10000000010,"));
    assertThat(PlanWork.totalCost(plan, 3)).isEqualTo(10);
    var huge =
        ExplainJson.parse(JOIN.replace("\"Total Cost\": 10,", "\"Total Cost\": 10000000010,"));
    assertThat(PlanWork.totalCost(huge, 3)).isEqualTo(10000000010.0);
  }

  private static float workMem(String setting) {
    return value(
        PlanFeatures.of(ExplainJson.parse(JOIN.replace("64kB", setting)))[0], "log_work_mem");
  }

  private static float value(float[] features, String name) {
    return features[PlanFeatures.featureNames().indexOf(name)];
  }
}

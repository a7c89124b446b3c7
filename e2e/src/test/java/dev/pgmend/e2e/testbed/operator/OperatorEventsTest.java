// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorEventsTest {
  @Test
  void parsesStarted() {
    assertThat(
            OperatorEvents.parse(
                """
                {"event":"started","metrics":"http://127.0.0.1:9/metrics","api":"http://127.0.0.1:8/"}
                """))
        .contains(new OperatorEvent.Started("http://127.0.0.1:9/metrics", "http://127.0.0.1:8/"));
  }

  @Test
  void parsesFindingAndItsEnd() {
    assertThat(
            OperatorEvents.parse(
                """
                {"event":"finding","cluster":"shop","state":"found","detector":"IndexBloat",
                 "severity":"warning","database":"shop","target":"public.t(i)",
                 "summary":"i is 20 MB","evidence":{"sizeBytes":"20"}}
                """))
        .contains(
            new OperatorEvent.Finding(true, "IndexBloat", "warning", "public.t(i)", "i is 20 MB"));
    assertThat(
            OperatorEvents.parse(
                """
                {"event":"finding","state":"gone","detector":"IndexBloat","target":"public.t(i)"}
                """))
        .contains(new OperatorEvent.Finding(false, "IndexBloat", "", "public.t(i)", ""));
  }

  @Test
  void parsesActionWithAllFields() {
    var action =
        new OperatorEvent.Action(
            "shop-reindex-concurrently-ab12",
            "ReindexConcurrently",
            "public.t(i)",
            "IndexBloat",
            Phase.Succeeded,
            OptionalInt.of(100),
            "Improved",
            "it helped",
            List.of("REINDEX INDEX CONCURRENTLY \"public\".\"i\""),
            Optional.of(
                new OperatorEvent.Effect(
                    Decision.Improved,
                    OptionalDouble.of(12.3),
                    OptionalDouble.of(8.1),
                    OptionalDouble.of(15))),
            OptionalLong.of(123),
            OptionalLong.of(45));
    assertThat(
            OperatorEvents.parse(
                """
                {"event":"action","cluster":"shop","name":"shop-reindex-concurrently-ab12",
                 "type":"ReindexConcurrently","target":"public.t(i)","detector":"IndexBloat",
                 "phase":"Succeeded","progressPercent":100,"reason":"Improved",
                 "message":"it helped",
                 "statements":["REINDEX INDEX CONCURRENTLY \\"public\\".\\"i\\""],"undo":[],
                 "improvementPercent":12.3,"lowPercent":8.1,"highPercent":15.0,"decision":"Improved",
                 "bytesBefore":123,"bytesAfter":45,"at":"2026-01-01T00:00:00Z"}
                """))
        .contains(action);
  }

  @Test
  void leavesMissingFieldsEmpty() {
    assertThat(OperatorEvents.parse("{\"event\":\"action\",\"name\":\"a\",\"phase\":\"Running\"}"))
        .contains(
            new OperatorEvent.Action(
                "a",
                "",
                "",
                "",
                Phase.Running,
                OptionalInt.empty(),
                "",
                "",
                List.of(),
                Optional.empty(),
                OptionalLong.empty(),
                OptionalLong.empty()));
  }

  @Test
  void parsesDiagnosis() {
    assertThat(OperatorEvents.parse(FakeOperator.DIAGNOSIS))
        .contains(
            new OperatorEvent.Diagnosis(
                "public.tickets(agent, opened_at)",
                "SELECT id FROM tickets WHERE agent = $1 ORDER BY opened_at DESC LIMIT $2",
                23.8,
                31.4,
                List.of(
                    new OperatorEvent.PlanLine(0, "Limit", 10, 0.3, false),
                    new OperatorEvent.PlanLine(
                        1, "Seq Scan on tickets (agent = $1)", 3000, 23.5, true)),
                0.043,
                0.043,
                23.8,
                23.5,
                "model",
                Optional.of(new OperatorEvent.Expected(97.2, 91, 99, "model"))));
  }

  @Test
  void parsesDiagnosisWithoutAdvice() {
    assertThat(
            OperatorEvents.parse(
                "{\"event\":\"diagnosis\",\"diagnosis\":{\"meanMs\":3,\"advice\":null}}"))
        .contains(
            new OperatorEvent.Diagnosis("", "", 3, 0, List.of(), 0, 0, 0, 0, "", Optional.empty()));
  }

  @Test
  void parsesSummary() {
    assertThat(OperatorEvents.parse("{\"event\":\"summary\",\"clusters\":1,\"healthScore\":84}"))
        .contains(new OperatorEvent.Summary(OptionalInt.of(84)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "not JSON",
        "[]",
        "null",
        "{\"event\":\"something new\"}",
        "{\"event\":\"action\",\"phase\":\"SomethingNew\"}"
      })
  void ignoresUnknownLines(String line) {
    assertThat(OperatorEvents.parse(line)).isEmpty();
  }
}

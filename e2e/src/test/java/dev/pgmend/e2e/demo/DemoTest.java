// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.e2e.demo.story.DemoResult;
import dev.pgmend.e2e.demo.story.Story;
import dev.pgmend.e2e.demo.view.JsonView;
import dev.pgmend.e2e.testbed.operator.FakeOperator;
import dev.pgmend.e2e.testbed.shop.Login;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The whole demo at a small scale, with a fake operator. */
class DemoTest {
  private static final double SCALE = 0.025;
  private static final Duration MEASURE = Duration.ofSeconds(1);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final AtomicReference<Path> manifests = new AtomicReference<>(Path.of(""));

  @Test
  void confirmsEveryRepairAndLeavesNothingBehind() throws Exception {
    Login owner;
    try (var view = new JsonView(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        var demo =
            new Demo(
                new DemoOptions(SCALE, 1, MEASURE, this::operator),
                new Story(view, InstantSource.system()))) {
      var ended = demo.run();
      view.result(ended.result());
      owner = ended.owner();
      assertOk(ended.result());
    }
    assertThat(manifests.get().getParent()).doesNotExist();
    assertThatThrownBy(() -> owner.connect("test")).isInstanceOf(SQLException.class);
    assertThat(lastLine().path("event").asText()).isEqualTo("result");
    assertThat(lastLine().path("ok").asBoolean()).isTrue();
    assertThat(lastLine().path("faults")).hasSize(5).allMatch(f -> f.path("verified").asBoolean());
    var diagnosis = lastLine().path("faults").path(4).path("diagnosis");
    assertThat(diagnosis.path("plan").findValues("marked")).hasSize(2);
    assertThat(diagnosis.path("cutValue").asDouble()).isEqualTo(0.043);
    assertThat(diagnosis.path("flowValue").asDouble()).isEqualTo(0.043);
    assertThat(diagnosis.path("expected").path("low").asDouble()).isEqualTo(91);
  }

  private static void assertOk(DemoResult result) {
    assertThat(result.shortcomings()).isEmpty();
    assertThat(result.load().requests()).isPositive();
    assertThat(result.healthScore()).hasValue(100);
    assertThat(result.otherFindings()).isEmpty();
  }

  private JsonNode lastLine() throws Exception {
    return new ObjectMapper()
        .readTree(bytes.toString(StandardCharsets.UTF_8).lines().toList().getLast());
  }

  private List<String> operator(Path directory) {
    manifests.set(directory);
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        FakeOperator.class.getName(),
        "run",
        "--manifests",
        directory.toString());
  }
}

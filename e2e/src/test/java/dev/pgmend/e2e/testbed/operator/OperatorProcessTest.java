// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.testbed.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperatorProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path directory;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  @Test
  void returnsLinesExitCodeAndLog() throws Exception {
    try (var process = start("echo one; echo trouble >&2; echo two; exit 3")) {
      assertThat(process.waitFor(PATIENCE)).hasValue(3);
      assertThat(lines).containsExactly("one", "two");
      assertThat(process.log()).containsExactly("trouble");
    }
  }

  @Test
  void closeEndsARunningProcess() throws Exception {
    var process = start("echo $$; exec sleep 60");
    var pid = Long.parseLong(lines.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS));
    assertThat(process.waitFor(Duration.ofMillis(1))).isEmpty();

    process.close();

    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  private OperatorProcess start(String script) throws IOException {
    return OperatorProcess.start(
        List.of("sh", "-c", script), directory.resolve("operator.log"), lines::add);
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgmend.learner.model.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsFileTest {
  private static final ModelWeights BUNDLED = ModelWeights.bundled();
  private static final ModelWeights FIRST = withBias(1);
  private static final ModelWeights SECOND = withBias(2);

  @TempDir Path directory;
  private WeightsFile file = new WeightsFile(Path.of(""), BUNDLED);

  @BeforeEach
  void open() {
    file = new WeightsFile(directory, BUNDLED);
  }

  @Test
  void isEmptyInTheBeginning() {
    assertThat(file.current()).isEmpty();
    assertThat(file.previous()).isEmpty();
  }

  @Test
  void replacesWeightsAndKeepsThePreviousOnes() throws IOException {
    file.replace(BUNDLED, FIRST);
    file.replace(FIRST, SECOND);
    assertServes(SECOND);
    assertThat(file.previous().orElseThrow().fingerprint()).isEqualTo(FIRST.fingerprint());

    file.restore(FIRST);
    assertServes(FIRST);
  }

  @Test
  void interruptedWriteKeepsThePreviousWeights() throws IOException {
    file.replace(BUNDLED, FIRST);
    file.replace(FIRST, SECOND);
    var whole = Files.readAllBytes(directory.resolve("model.bin"));
    file.restore(FIRST);
    for (int length = 0; length < whole.length; length += 1 + whole.length / 20) {
      Files.write(directory.resolve("model.bin.tmp"), Arrays.copyOf(whole, length));
      assertServes(FIRST);
    }
    file.replace(FIRST, SECOND);
    assertServes(SECOND);
  }

  @Test
  void failedWriteKeepsThePreviousWeights() throws IOException {
    file.replace(BUNDLED, FIRST);
    Files.createDirectory(directory.resolve("model.bin.tmp"));
    assertThatThrownBy(() -> file.replace(FIRST, SECOND)).isInstanceOf(IOException.class);
    assertServes(FIRST);
  }

  @Test
  void detectsAFlippedBitAndSetsTheFileAside() throws IOException {
    file.replace(BUNDLED, FIRST);
    var path = directory.resolve("model.bin");
    var whole = Files.readAllBytes(path);
    for (int at = 0; at < whole.length; at += at < 64 ? 1 : 1 + whole.length / 50) {
      var bytes = whole.clone();
      bytes[at] ^= (byte) (1 << at % 8);
      Files.write(path, bytes);
      assertThat(file.current()).isEmpty();
      assertThat(path).doesNotExist();
      assertThat(directory.resolve("model.bin.damaged")).hasBinaryContent(bytes);
    }
  }

  @Test
  void ignoresWeightsOfAnotherRelease() throws IOException {
    new WeightsFile(directory, SECOND).replace(SECOND, FIRST);
    assertThat(file.current()).isEmpty();
    assertThat(directory.resolve("model.bin.damaged")).exists();
  }

  private void assertServes(ModelWeights weights) {
    assertThat(new WeightsFile(directory, BUNDLED).current().orElseThrow().fingerprint())
        .isEqualTo(weights.fingerprint());
  }

  private static ModelWeights withBias(float bias) {
    var tensors = new HashMap<>(BUNDLED.tensors());
    tensors.put("head.bias", new float[] {bias});
    return BUNDLED.with(BUNDLED.facts(), tensors);
  }
}

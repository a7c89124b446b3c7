// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgmend.healing.verify.Verdict;
import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.attention.MechanismSelector.Arm;
import dev.pgmend.learner.attention.PlanClass;
import dev.pgmend.learner.plan.NodeType;
import dev.pgmend.learner.sona.StateFile.Loaded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Learned state outlives the process")
class StateFileTest {
  private static final Embedding CLUSTER = Embedding.of(1, 2);

  private static final Map<PlanClass, Map<Mechanism, Arm>> MECHANISMS =
      Map.of(
          new PlanClass(NodeType.SORT, 3),
          Map.of(Mechanism.CAUSAL_CONE, new Arm(7, 0.5), Mechanism.ENSEMBLE, new Arm(2, 0.25)),
          new PlanClass(NodeType.OTHER, 0),
          Map.of(Mechanism.TOPOLOGICAL, new Arm(1, 1)));

  @TempDir Path directory;
  private Path path = Path.of("");
  private StateFile file = new StateFile(path);

  @BeforeEach
  void name() {
    path = directory.resolve("learned");
    file = new StateFile(path);
  }

  private static LearnedState learned(int statements) {
    var random = new Random(statements);
    var cluster = new SimulatedCluster(random, 1, 0.5, 0.2);
    var lora = new MicroLora(LoraSettings.forHidden(SimulatedCluster.HIDDEN), random);
    var bank = new ReasoningBank(4, 2);
    for (int i = 0; i < statements; i++) {
      cluster.next();
      lora.observe(cluster.hidden, cluster.logSelfMs, cluster.observedMs);
      bank.learn(
          "SlowStatement",
          Embedding.of(random.nextFloat(), random.nextFloat(), random.nextFloat(), -1),
          CLUSTER,
          "Action" + i % 3,
          new Verdict(Verdict.Decision.IMPROVED, 20 + i, 10 + i, 30 + i, "faster"),
          Instant.ofEpochSecond(i, i));
    }
    return new LearnedState(
        "model 1", lora, bank, MECHANISMS, Map.of("observed", (long) statements));
  }

  private LearnedState restored() throws IOException {
    assertThat(file.load()).isInstanceOf(Loaded.Restored.class);
    return ((Loaded.Restored) file.load()).state();
  }

  private Loaded.Damaged damaged() throws IOException {
    var loaded = file.load();
    assertThat(loaded).isInstanceOf(Loaded.Damaged.class);
    return (Loaded.Damaged) loaded;
  }

  @Test
  @DisplayName("is restored exactly and continues to learn")
  void roundTrip() throws IOException {
    var before = learned(30);
    file.save(before);
    var after = restored();
    assertThat(after.model()).isEqualTo("model 1");
    assertThat(after.counters()).isEqualTo(Map.of("observed", 30L));
    assertThat(after.mechanisms()).isEqualTo(MECHANISMS);
    assertThat(after.bank().patterns()).isEqualTo(before.bank().patterns());
    var asked = Embedding.of(1, 0, 1, -1);
    assertThat(after.bank().recall("SlowStatement", asked, CLUSTER, 5))
        .isEqualTo(before.bank().recall("SlowStatement", asked, CLUSTER, 5));
    var cluster = new SimulatedCluster(new Random(8), 1, 0.5, 0.2);
    for (int i = 0; i < 20; i++) {
      cluster.next();
      assertThat(after.lora().observe(cluster.hidden, cluster.logSelfMs, cluster.observedMs))
          .isEqualTo(before.lora().observe(cluster.hidden, cluster.logSelfMs, cluster.observedMs));
    }
    assertThat(after.lora().adaptedError()).isEqualTo(before.lora().adaptedError());
    assertThat(after.lora().statements()).isEqualTo(50);
  }

  @Test
  @DisplayName("is absent in the beginning")
  void absent() throws IOException {
    assertThat(file.load()).isEqualTo(new Loaded.Absent());
  }

  @Test
  @DisplayName("of another model keeps only the effects of repairs")
  void otherModel() {
    var state = learned(10);
    var settings = LoraSettings.forHidden(SimulatedCluster.HIDDEN);
    assertThat(state.forModel("model 1", settings, new Random(1))).isSameAs(state);
    var other = state.forModel("model 2", settings, new Random(1));
    assertThat(other.lora().statements()).isZero();
    assertThat(other.mechanisms()).isEmpty();
    assertThat(other.bank()).isSameAs(state.bank());
  }

  @Test
  @DisplayName("a truncated file is detected and set aside")
  void truncated() throws IOException {
    file.save(learned(5));
    var whole = Files.readAllBytes(path);
    for (int length = 0; length < whole.length; length += 1 + whole.length / 200) {
      Files.write(path, Arrays.copyOf(whole, length));
      var found = damaged();
      assertThat(found.reason()).isNotEmpty();
      assertThat(found.keptAt()).isEqualTo(directory.resolve("learned.damaged"));
      assertThat(Files.size(found.keptAt())).isEqualTo(length);
      assertThat(file.load()).isEqualTo(new Loaded.Absent());
    }
  }

  @Test
  @DisplayName("a flipped bit is detected")
  void flipped() throws IOException {
    file.save(learned(5));
    var whole = Files.readAllBytes(path);
    for (int at = 0; at < whole.length; at += at < 32 ? 1 : 1 + whole.length / 300) {
      var bytes = whole.clone();
      bytes[at] ^= (byte) (1 << at % 8);
      Files.write(path, bytes);
      assertThat(damaged().reason()).isNotEmpty();
    }
  }

  @Test
  @DisplayName("a later format is reported by its number")
  void newer() throws IOException {
    file.save(learned(5));
    var bytes = Files.readAllBytes(path);
    ByteBuffer.wrap(bytes).putInt(Long.BYTES, 7);
    Files.write(path, bytes);
    assertThat(damaged().reason())
        .isEqualTo("its format is 7, and this version of pgmend reads formats 1 to 2");
  }

  @Test
  @DisplayName("a file of the first format is read, without rewards of mechanisms")
  void older() throws IOException {
    try (var saved = getClass().getResourceAsStream("learned-1.bin")) {
      Files.copy(Objects.requireNonNull(saved), path);
    }
    var state = restored();
    assertThat(state.lora().statements()).isEqualTo(3);
    assertThat(state.bank().patterns()).isEqualTo(learned(3).bank().patterns());
    assertThat(state.counters()).isEqualTo(Map.of("observed", 3L));
    assertThat(state.mechanisms()).isEmpty();
  }

  @Test
  @DisplayName("an interrupted save keeps the previous state, and the next save succeeds")
  void interruptedSave() throws IOException {
    file.save(learned(5));
    var whole = Files.readAllBytes(path);
    Files.write(directory.resolve("learned.tmp"), Arrays.copyOf(whole, whole.length / 2));
    assertThat(restored().lora().statements()).isEqualTo(5);
    file.save(learned(6));
    assertThat(restored().lora().statements()).isEqualTo(6);
    assertThat(directory.resolve("learned.tmp")).doesNotExist();
  }

  @Test
  @DisplayName("a failed save keeps the previous state")
  void failedSave() throws IOException {
    file.save(learned(5));
    Files.createDirectory(directory.resolve("learned.tmp"));
    assertThatThrownBy(() -> file.save(learned(6))).isInstanceOf(IOException.class);
    assertThat(restored().lora().statements()).isEqualTo(5);
  }
}

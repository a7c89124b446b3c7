// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.attention.MechanismSelector.Arm;
import dev.pgmend.learner.attention.PlanClass;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Everything that was learned about one cluster.
 *
 * @param model name and version of the model that the adaptation belongs to; it is invalid for
 *     other models
 * @param mechanisms rewards of the mechanisms with that model, by class of plans
 * @param counters by name, such as whether the model is {@link #ON_TRIAL}
 */
public record LearnedState(
    String model,
    MicroLora lora,
    ReasoningBank bank,
    Map<PlanClass, Map<Mechanism, Arm>> mechanisms,
    Map<String, Long> counters) {
  /** A counter: 1 while a model is compared with the one before it. */
  public static final String ON_TRIAL = "onTrial";

  public LearnedState {
    mechanisms = Map.copyOf(mechanisms);
    counters = Collections.unmodifiableMap(new TreeMap<>(counters));
  }

  /** The same for another model: the effects of repairs are kept, everything else restarts. */
  public LearnedState forModel(String other, LoraSettings settings, RandomGenerator random) {
    return model.equals(other) && lora.settings().hidden() == settings.hidden()
        ? this
        : new LearnedState(other, new MicroLora(settings, random), bank, Map.of(), Map.of());
  }

  void write(DataOutput out) throws IOException {
    out.writeUTF(model);
    lora.write(out);
    bank.write(out);
    MechanismMemory.write(mechanisms, out);
    out.writeInt(counters.size());
    for (var counter : counters.entrySet()) {
      out.writeUTF(counter.getKey());
      out.writeLong(counter.getValue());
    }
  }

  /**
   * @param version of {@link StateFile}; the first one has no mechanisms
   */
  static LearnedState read(DataInput in, int version) throws IOException {
    var model = in.readUTF();
    var lora = MicroLora.read(in);
    var bank = ReasoningBank.read(in);
    Map<PlanClass, Map<Mechanism, Arm>> mechanisms =
        version >= StateFile.WITH_MECHANISMS ? MechanismMemory.read(in) : Map.of();
    var counters = new TreeMap<String, Long>();
    int size = in.readInt();
    for (int i = 0; i < size; i++) {
      counters.put(in.readUTF(), in.readLong());
    }
    return new LearnedState(model, lora, bank, mechanisms, counters);
  }
}

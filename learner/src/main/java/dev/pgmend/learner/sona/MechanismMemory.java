// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.sona;

import dev.pgmend.learner.attention.Mechanism;
import dev.pgmend.learner.attention.MechanismSelector.Arm;
import dev.pgmend.learner.attention.PlanClass;
import dev.pgmend.learner.plan.NodeType;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * The rewards of mechanisms as bytes: number of classes; for each the name of the root operator,
 * the size bucket and the number of mechanisms; for each its name, choices and mean reward.
 */
final class MechanismMemory {
  private MechanismMemory() {}

  static void write(Map<PlanClass, Map<Mechanism, Arm>> known, DataOutput out) throws IOException {
    out.writeInt(known.size());
    for (var plans : known.entrySet()) {
      out.writeUTF(plans.getKey().root().name());
      out.writeInt(plans.getKey().sizeBucket());
      out.writeInt(plans.getValue().size());
      for (var arm : plans.getValue().entrySet()) {
        out.writeUTF(arm.getKey().name());
        out.writeLong(arm.getValue().choices());
        out.writeDouble(arm.getValue().meanReward());
      }
    }
  }

  /**
   * @throws IllegalArgumentException if a name or a number is invalid
   */
  static Map<PlanClass, Map<Mechanism, Arm>> read(DataInput in) throws IOException {
    var known = new HashMap<PlanClass, Map<Mechanism, Arm>>();
    int classes = in.readInt();
    for (int i = 0; i < classes; i++) {
      var plans = new PlanClass(NodeType.valueOf(in.readUTF()), in.readInt());
      var arms = new EnumMap<Mechanism, Arm>(Mechanism.class);
      int mechanisms = in.readInt();
      for (int j = 0; j < mechanisms; j++) {
        arms.put(Mechanism.valueOf(in.readUTF()), new Arm(in.readLong(), in.readDouble()));
      }
      known.put(plans, arms);
    }
    return known;
  }
}

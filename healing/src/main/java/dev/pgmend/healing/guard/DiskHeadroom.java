// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.guard;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.postgres.Disk;
import dev.pgmend.healing.repair.RepairPlan;
import java.sql.SQLException;

/** Holds a repair that needs more disk space than is free, with a reserve. */
@AutoService(Guard.class)
public final class DiskHeadroom implements Guard {
  @Override
  public String name() {
    return "DiskHeadroom";
  }

  @Override
  public boolean concerns(RepairPlan plan) {
    return plan.takesDisk();
  }

  @Override
  public Answer before(GuardContext context) throws SQLException {
    return judge(context, context.plan().diskBytes());
  }

  /** The part built so far is already on the disk, so only the reserve is checked. */
  @Override
  public Answer during(GuardContext context) throws SQLException {
    return judge(context, 0);
  }

  private static Answer judge(GuardContext context, long needed) throws SQLException {
    var target = context.plan().target();
    var disks =
        Disk.of(
            context.session(),
            context.limits().diskCapacityBytes(),
            target.schema(),
            target.index());
    if (disks.isEmpty()) {
      return Answer.hold(
          "the free disk space of this server is unknown; set the connection's diskCapacity");
    }
    for (var disk : disks) {
      var reserve = disk.capacityBytes() / 100 * context.limits().minFreeDiskPercent();
      if (disk.freeBytes() - needed < reserve) {
        return Answer.hold(
            "the repair needs %s and must leave %s free, but only %s of %s are"
                .formatted(
                    ByteSize.of(needed),
                    ByteSize.of(reserve),
                    ByteSize.of(disk.freeBytes()),
                    ByteSize.of(disk.capacityBytes())));
      }
    }
    return Answer.PASS;
  }
}

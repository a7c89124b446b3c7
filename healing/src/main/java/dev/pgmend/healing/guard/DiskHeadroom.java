package dev.pgmend.healing.guard;

import com.google.auto.service.AutoService;
import dev.pgmend.healing.finding.ByteSize;
import dev.pgmend.healing.postgres.Disk;
import dev.pgmend.healing.repair.RepairPlan;
import java.sql.SQLException;

/** What a repair builds or lets grow must fit, with room to spare. */
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

  /** What is built so far is on the disk already: only the reserve is asked for. */
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
          "cannot tell the free disk space of this server; set the connection's diskCapacity");
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

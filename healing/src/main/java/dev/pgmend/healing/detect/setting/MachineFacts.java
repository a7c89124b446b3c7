package dev.pgmend.healing.detect.setting;

import dev.pgmend.healing.detect.Inspection;
import dev.pgmend.healing.detect.Thresholds;
import dev.pgmend.healing.postgres.Machine;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What is known of the machine under a server: what a policy says ({@code
 * SettingMismatch.memoryBytes}, {@code .cores}, and {@code .rotational}: 1 for disks that turn, 0
 * for those that don't), else what can be seen if the server runs where pgmend does.
 */
public final class MachineFacts {
  private static final String PREFIX = SettingMismatch.NAME + ".";

  private MachineFacts() {}

  public static Machine of(Inspection inspection) throws SQLException {
    return declared(inspection.thresholds()).or(Machine.ofLocal(inspection.session()));
  }

  /** The cores that a policy says the server has. */
  public static OptionalDouble declaredCores(Thresholds thresholds) {
    return declared(thresholds).cores();
  }

  private static Machine declared(Thresholds thresholds) {
    var memory = thresholds.bytes(PREFIX + "memoryBytes", 0);
    var cores = thresholds.number(PREFIX + "cores", 0);
    return new Machine(
        memory > 0 ? OptionalLong.of(memory) : OptionalLong.empty(),
        cores > 0 ? OptionalDouble.of(cores) : OptionalDouble.empty(),
        storage(thresholds.number(PREFIX + "rotational", -1)));
  }

  private static Optional<Machine.Storage> storage(double rotational) {
    if (rotational < 0) {
      return Optional.empty();
    }
    return Optional.of(rotational > 0 ? Machine.Storage.HDD : Machine.Storage.SSD);
  }
}

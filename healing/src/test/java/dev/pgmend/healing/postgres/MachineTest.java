// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.OperatingSystemMXBean;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MachineTest {
  @EachPostgres
  void theMachineOfALocalServerIsThisOne(TestDatabase database) throws SQLException {
    assumeTrue(
        Files.isReadable(Path.of(database.text("SHOW data_directory"), "postmaster.pid")),
        "The server runs elsewhere");
    var here = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    try (var session = database.session(Purpose.INSPECT)) {
      var machine = Machine.ofLocal(session);

      // The server was started by this test, so both are in one control group.
      assertThat(machine.memoryBytes()).hasValue(here.getTotalMemorySize());
      assertThat(machine.cores().orElseThrow())
          .isGreaterThan(here.getAvailableProcessors() - 1)
          .isLessThanOrEqualTo(here.getAvailableProcessors());
    }
  }

  @EachPostgres
  void whoMayNotAskWhereTheDataLiesCannotTell(TestDatabase database) throws SQLException {
    var role = database.createRole();
    try (var session = database.serverAs(role).open(Purpose.INSPECT, "pgmend/test")) {
      assertThat(Machine.ofLocal(session)).isEqualTo(Machine.UNKNOWN);
    }
  }

  @Test
  void whatWasDeclaredGoesBeforeWhatWasSeen() {
    var declared =
        new Machine(OptionalLong.of(5), OptionalDouble.empty(), Optional.of(Machine.Storage.HDD));
    var seen =
        new Machine(OptionalLong.of(6), OptionalDouble.of(2), Optional.of(Machine.Storage.SSD));

    assertThat(declared.or(seen))
        .isEqualTo(
            new Machine(
                OptionalLong.of(5), OptionalDouble.of(2), Optional.of(Machine.Storage.HDD)));
    assertThat(declared.or(Machine.UNKNOWN)).isEqualTo(declared);
  }
}

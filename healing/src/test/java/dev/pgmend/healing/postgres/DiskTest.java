package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.OptionalLong;

class DiskTest {
  @EachPostgres
  void aDiskOnThisMachineIsLookedAt(TestDatabase database) throws SQLException, IOException {
    var directory = Path.of(database.text("SHOW data_directory"));
    assumeTrue(Files.isDirectory(directory), "The server runs elsewhere");
    try (var session = database.session(Purpose.INSPECT)) {
      var disk = Disk.of(session, OptionalLong.empty(), "", "").getFirst();

      assertThat(disk.capacityBytes()).isEqualTo(Files.getFileStore(directory).getTotalSpace());
      assertThat(disk.freeBytes()).isPositive().isLessThanOrEqualTo(disk.capacityBytes());
    }
  }

  @EachPostgres
  void whoMayNotAskWhereTheDataLiesCannotTell(TestDatabase database) throws SQLException {
    var role = database.createRole();
    try (var session = database.serverAs(role).open(Purpose.INSPECT, "pgmend/test")) {
      assertThat(Disk.of(session, OptionalLong.empty(), "", "")).isEmpty();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
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
  private static final Path OTHER_DISK = Path.of("/dev/shm");

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
  void anIndexOfAnotherTablespaceHasADiskOfItsOwn(TestDatabase database)
      throws SQLException, IOException {
    assumeTrue(Files.isDirectory(Path.of(database.text("SHOW data_directory"))), "Elsewhere");
    assumeTrue(Files.isWritable(OTHER_DISK), "There is no other disk here");
    var directory = Files.createTempDirectory(OTHER_DISK, "pgmend-");
    var tablespace = Identifiers.quote(database.name() + "_other");
    database.execute("CREATE TABLESPACE %s LOCATION '%s'".formatted(tablespace, directory));
    try (var session = database.session(Purpose.INSPECT)) {
      database.execute(
          "CREATE TABLE orders (id int)",
          "CREATE INDEX here ON orders (id)",
          "CREATE INDEX there ON orders (id) TABLESPACE " + tablespace);
      var other = Files.getFileStore(OTHER_DISK).getTotalSpace();

      assertThat(Disk.of(session, OptionalLong.empty(), "public", "there"))
          .extracting(Disk::capacityBytes)
          .contains(other);
      assertThat(Disk.of(session, OptionalLong.empty(), "public", "here"))
          .extracting(Disk::capacityBytes)
          .doesNotContain(other);
      session.execute("SET default_tablespace = " + tablespace);
      assertThat(Disk.of(session, OptionalLong.empty(), "public", ""))
          .extracting(Disk::capacityBytes)
          .contains(other);
    } finally {
      database.execute("DROP TABLE orders", "DROP TABLESPACE " + tablespace);
      Files.delete(directory);
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

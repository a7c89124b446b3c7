// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.pgmend.healing.postgres.PostgresConnectionException.Kind;
import dev.pgmend.healing.testing.EachPostgres;
import dev.pgmend.healing.testing.TestDatabase;
import dev.pgmend.healing.testing.TestServer;
import org.junit.jupiter.api.Test;

class PostgresConnectionExceptionTest {
  @EachPostgres
  void aWrongPasswordIsTold(TestDatabase database) {
    var role = database.createRole(TestServer.WITH_PASSWORD);

    var refused = refused(database.serverAs(role, "wrong"));

    assertThat(refused.kind()).isEqualTo(Kind.AUTHENTICATION);
    assertThat(refused)
        .hasMessageContaining("Check the credentials and pg_hba.conf")
        .hasMessageNotContaining("wrong");
    try (var session = database.serverAs(role).open(Purpose.INSPECT, "pgmend/test")) {
      assertThat(session.database()).isEqualTo(database.name());
    }
  }

  @EachPostgres
  void aDatabaseThatIsNotThereIsTold(TestDatabase database) {
    var refused = refused(new Server(database.spec().withDatabase("not there")));

    assertThat(refused.kind()).isEqualTo(Kind.NO_SUCH_DATABASE);
    assertThat(refused).hasMessageContaining("psql -l");
  }

  @EachPostgres
  void aRoleThatMayNotConnectIsToldWhatToGrant(TestDatabase database) {
    database.execute(
        "REVOKE CONNECT ON DATABASE %s FROM PUBLIC".formatted(Identifiers.quote(database.name())));
    var role = database.createRole();

    var refused = refused(database.serverAs(role));

    assertThat(refused.kind()).isEqualTo(Kind.MISSING_RIGHTS);
    assertThat(refused)
        .hasMessageContaining(
            "GRANT CONNECT ON DATABASE \"%s\" TO \"%s\"".formatted(database.name(), role));
  }

  @Test
  void aServerThatIsNotThereIsTold() {
    var refused = refused(new Server(ConnectionSpec.parse("postgresql://me:secret@localhost:1/d")));

    assertThat(refused.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(refused)
        .hasMessageStartingWith("postgresql://me@localhost:1/d: no connection")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aHostThatNobodyKnowsIsTold() {
    var refused = refused(new Server(ConnectionSpec.parse("postgresql://me@nobody.invalid/d")));

    assertThat(refused.kind()).isEqualTo(Kind.UNREACHABLE);
    assertThat(refused).hasMessageContaining("UnknownHostException: nobody.invalid");
  }

  private static PostgresConnectionException refused(Server server) {
    return catchThrowableOfType(
        PostgresConnectionException.class,
        () -> {
          try (var session = server.open(Purpose.INSPECT, "pgmend/test")) {
            throw new AssertionError("It let us in: " + session.spec());
          }
        });
  }
}

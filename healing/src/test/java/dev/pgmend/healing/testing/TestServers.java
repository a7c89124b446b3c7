package dev.pgmend.healing.testing;

import dev.pgmend.healing.postgres.ConnectionSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Postgres servers that tests run against: embedded ones, and those that the environment
 * variable {@code PGMEND_TEST_POSTGRES_URLS} names, separated by commas, with a superuser each.
 */
public final class TestServers {
  private static final String MORE = "PGMEND_TEST_POSTGRES_URLS";

  private static final TestServer NEWEST = TestServer.embedded(18);

  private static final TestServer STANDBY = TestServer.standby(18);

  private static final List<TestServer> ALL =
      Stream.concat(Stream.of(TestServer.embedded(17), NEWEST), named()).toList();

  private TestServers() {}

  /** Every server, as a JUnit method source; one starts when it is first used. */
  public static Stream<TestServer> each() {
    return ALL.stream();
  }

  /** A fresh database on every server, made when its turn comes; JUnit closes it. */
  public static Stream<TestDatabase> databases() {
    return each().map(TestServer::createDatabase);
  }

  /** For tests on which the version has no bearing. */
  public static TestServer newest() {
    return NEWEST;
  }

  /** A server that can only be read. */
  public static TestServer standby() {
    return STANDBY;
  }

  private static Stream<TestServer> named() {
    return Arrays.stream(System.getenv().getOrDefault(MORE, "").split(",", -1))
        .map(String::strip)
        .filter(url -> !url.isEmpty())
        .map(url -> TestServer.at(ConnectionSpec.parse(url)));
  }
}

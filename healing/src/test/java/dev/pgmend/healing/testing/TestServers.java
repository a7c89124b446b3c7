// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.healing.testing;

import dev.pgmend.healing.postgres.ConnectionSpec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * The Postgres servers that tests run against: embedded ones; those that the environment variable
 * {@code PGMEND_TEST_POSTGRES_URLS} names, separated by commas, with a superuser each; and one of
 * each container image that {@code PGMEND_TEST_POSTGRES_IMAGES} names, such as {@code
 * postgres:14,postgres:16}, which takes a Docker engine.
 */
public final class TestServers {
  private static final String URLS = "PGMEND_TEST_POSTGRES_URLS";
  private static final String IMAGES = "PGMEND_TEST_POSTGRES_IMAGES";

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

  /** One more, for a test that takes it down. */
  public static TestServer toBreak() {
    return TestServer.embedded(18);
  }

  /** A server that can only be read. */
  public static TestServer standby() {
    return STANDBY;
  }

  private static Stream<TestServer> named() {
    return Stream.concat(
        listed(URLS).map(url -> TestServer.at(ConnectionSpec.parse(url))),
        listed(IMAGES).map(TestServer::container));
  }

  private static Stream<String> listed(String variable) {
    return Arrays.stream(System.getenv().getOrDefault(variable, "").split(",", -1))
        .map(String::strip)
        .filter(element -> !element.isEmpty());
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.local;

import io.fabric8.mockwebserver.http.Dispatcher;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * Answers only below a path that cannot be guessed. Every user of a machine can reach its loopback
 * interface, and the API has passwords and controls the operator. A token in a header does not
 * work, because kubectl sends none without TLS.
 */
final class SecretPath extends Dispatcher {
  private static final int BYTES = 16;

  private final Dispatcher behind;
  private final String path;

  SecretPath(Dispatcher behind) {
    this.behind = behind;
    var random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    this.path = "/" + HexFormat.of().formatHex(random);
  }

  /** It begins with a slash and ends without one. */
  String path() {
    return path;
  }

  @Override
  public MockResponse dispatch(RecordedRequest request) {
    var asked = request.getPath();
    if (asked.length() <= path.length() || !isOurs(asked.substring(0, path.length()))) {
      return new MockResponse().setResponseCode(HttpURLConnection.HTTP_FORBIDDEN);
    }
    return behind.dispatch(
        new RecordedRequest(
            request.getHttpVersion(),
            request.method(),
            asked.substring(path.length()),
            request.getHeaders(),
            request.getBody()));
  }

  /** The comparison takes constant time. */
  private boolean isOurs(String prefix) {
    return MessageDigest.isEqual(
        prefix.getBytes(StandardCharsets.UTF_8), path.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void shutdown() {
    behind.shutdown();
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.local;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.crud.KubernetesCrudDispatcherException;
import io.fabric8.mockwebserver.http.Buffer;
import io.fabric8.mockwebserver.http.MockResponse;
import io.fabric8.mockwebserver.http.RecordedRequest;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.util.List;

/**
 * Answers a stale write of a status with a conflict, as every API server does. The library compares
 * versions only where a whole resource is written: of two writers of a status one would be lost.
 */
final class VersionedDispatcher extends KubernetesCrudDispatcher {
  private static final ObjectMapper JSON = new ObjectMapper();

  VersionedDispatcher(List<CustomResourceDefinitionContext> kinds) {
    super(kinds);
  }

  // No other write must happen between the comparison and the update.
  @Override
  public synchronized MockResponse handleUpdate(RecordedRequest request) {
    return isStale(request) ? conflict() : super.handleUpdate(request);
  }

  @Override
  public synchronized MockResponse handlePatch(RecordedRequest request) {
    return super.handlePatch(request);
  }

  private boolean isStale(RecordedRequest request) {
    if (!request.getPath().endsWith("/status")) {
      return false;
    }
    var current = handleGet(request.getPath());
    var given = version(request.getBody());
    return current.code() == HttpURLConnection.HTTP_OK
        && !given.isEmpty()
        && !given.equals(version(current.getBody()));
  }

  // Read without being used up: the library reads it again.
  private static String version(Buffer resource) {
    try {
      return JSON.readTree(resource.getBytes()).at("/metadata/resourceVersion").asText();
    } catch (IOException _) {
      // The library refuses what is not JSON.
      return "";
    }
  }

  private static MockResponse conflict() {
    var code = HttpURLConnection.HTTP_CONFLICT;
    var body =
        new KubernetesCrudDispatcherException(
                "the object has been modified; apply your changes to the latest version", code)
            .toStatusBody();
    return new MockResponse().setResponseCode(code).setBody(body);
  }
}

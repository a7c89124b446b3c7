// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgmend.api.v1alpha1.Api;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

/** Resources as a table of the API server, which is what {@code kubectl get} prints. */
public final class Tables {
  private static final String AS_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
  private static final int OK = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Tables() {}

  /**
   * Asks the API server for a table.
   *
   * @param plural plural of the resource, such as {@code healingactions}
   */
  public static String of(KubernetesClient client, String namespace, String plural)
      throws IOException, InterruptedException {
    var http = client.getHttpClient();
    var request =
        http.newHttpRequestBuilder()
            .uri(
                "%sapis/%s/%s/namespaces/%s/%s"
                    .formatted(client.getMasterUrl(), Api.GROUP, Api.VERSION, namespace, plural))
            .header("Accept", AS_TABLE)
            .build();
    try {
      var response = http.sendAsync(request, String.class).get();
      if (response.code() != OK) {
        throw new IOException(
            "the API server answered " + response.code() + ": " + response.body());
      }
      return render(JSON.readTree(response.body()));
    } catch (ExecutionException e) {
      throw new IOException("no table of " + plural, e);
    }
  }

  /** Prints the columns of priority 0, each as wide as its widest cell. */
  static String render(JsonNode table) {
    var columns = list(table.path("columnDefinitions"));
    var shown =
        IntStream.range(0, columns.size())
            .filter(i -> columns.get(i).path("priority").asInt() == 0)
            .boxed()
            .toList();
    var rows = new ArrayList<List<String>>();
    rows.add(
        shown.stream()
            .map(i -> columns.get(i).path("name").asText().toUpperCase(java.util.Locale.ROOT))
            .toList());
    for (var row : list(table.path("rows"))) {
      rows.add(shown.stream().map(i -> cell(row.path("cells").path(i))).toList());
    }
    var widths =
        IntStream.range(0, shown.size())
            .map(i -> rows.stream().mapToInt(row -> row.get(i).length()).max().orElse(0))
            .toArray();
    return rows.stream()
        .map(row ->
            IntStream.range(0, row.size())
                .mapToObj(i -> row.get(i) + " ".repeat(widths[i] - row.get(i).length()))
                .collect(Collectors.joining("   "))
                .stripTrailing())
        .collect(Collectors.joining("\n"));
  }

  private static String cell(JsonNode value) {
    return value.isNull() || value.isMissingNode() ? "" : value.asText();
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }
}

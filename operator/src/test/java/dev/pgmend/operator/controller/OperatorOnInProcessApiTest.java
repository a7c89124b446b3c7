package dev.pgmend.operator.controller;

import dev.pgmend.operator.cli.InProcessApi;
import io.fabric8.kubernetes.client.KubernetesClient;

class OperatorOnInProcessApiTest extends OperatorSuite {
  private InProcessApi api;

  @Override
  KubernetesClient connect() {
    api = InProcessApi.start();
    return api.client();
  }

  @Override
  void disconnect() {
    api.close();
  }
}

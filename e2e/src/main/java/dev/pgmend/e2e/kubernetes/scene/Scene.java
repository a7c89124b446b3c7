// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.scene;

import dev.pgmend.e2e.image.BuiltImage;
import dev.pgmend.e2e.kubernetes.cluster.Kubectl;
import dev.pgmend.e2e.kubernetes.cluster.TestCluster;
import dev.pgmend.e2e.testbed.shop.Ledger;
import dev.pgmend.e2e.testbed.shop.Login;
import dev.pgmend.e2e.testbed.workload.Workload;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the stages share: the cluster, and the results of earlier stages. */
public final class Scene implements AutoCloseable {
  private final Settings settings;
  private final TestCluster cluster;
  private final KubernetesClient client;
  private final Console console;
  private final Ledger ledger = new Ledger();
  private final List<BuiltImage> images = new ArrayList<>();
  private final Deque<Runnable> closers = new ArrayDeque<>();
  private @Nullable Path postgresArchive;
  private @Nullable Login superuser;
  private @Nullable Shop shop;
  private @Nullable Workload workload;

  /** The logins to the shop's database from here: its owner's and pgmend's. */
  public record Shop(Login owner, Login operatorLogin) {}

  public Scene(Settings settings, TestCluster cluster, KubernetesClient client, Console console) {
    this.settings = settings;
    this.cluster = cluster;
    this.client = client;
    this.console = console;
  }

  public Settings settings() {
    return settings;
  }

  public TestCluster cluster() {
    return cluster;
  }

  public KubernetesClient client() {
    return client;
  }

  public Console console() {
    return console;
  }

  /** The shop's users' own record of its rows. */
  public Ledger ledger() {
    return ledger;
  }

  /** The images of pgmend that were built. The stages add to this list. */
  public List<BuiltImage> images() {
    return images;
  }

  /** The image of an application, if it was built. */
  public Optional<BuiltImage> image(String application) {
    return images.stream().filter(image -> image.application().equals(application)).findFirst();
  }

  /** The kubectl on the PATH, if there is one. */
  public Optional<Kubectl> kubectl() {
    return Kubectl.find(cluster.kubeconfig());
  }

  /** The archive of the Postgres image; empty if the cluster pulls it. */
  public Optional<Path> postgresArchive() {
    return Optional.ofNullable(postgresArchive);
  }

  public void postgresArchive(Path archive) {
    postgresArchive = archive;
  }

  /** The superuser's login to the Postgres from here. */
  public Login superuser() {
    return need(superuser, "a Postgres");
  }

  public void superuser(Login login) {
    superuser = login;
  }

  /** The shop's database. */
  public Shop shop() {
    return need(shop, "a shop");
  }

  public void shop(Shop opened) {
    shop = opened;
  }

  /** The shop's users. */
  public Workload workload() {
    return need(workload, "a workload");
  }

  public void workload(Workload started) {
    workload = started;
  }

  /** Registers what to close at the end, the newest first. */
  public void atEnd(Runnable closer) {
    closers.push(closer);
  }

  @Override
  public void close() {
    while (!closers.isEmpty()) {
      closers.pop().run();
    }
  }

  private static <T> T need(@Nullable T value, String what) {
    if (value == null) {
      throw new IllegalStateException("no stage has created " + what + " yet");
    }
    return value;
  }
}

// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.e2e.kubernetes.stage;

import dev.pgmend.api.v1alpha1.HealingAction;
import dev.pgmend.api.v1alpha1.HealingActionStatus;
import dev.pgmend.api.v1alpha1.HealingPhase;
import dev.pgmend.e2e.kubernetes.cluster.Tables;
import dev.pgmend.e2e.kubernetes.scene.Names;
import dev.pgmend.e2e.kubernetes.scene.Scene;
import dev.pgmend.e2e.kubernetes.scene.StageFailedException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Reads the HealingActions and prints each new phase once. */
final class ActionWatch {
  private final Scene scene;
  private final Map<String, HealingPhase> printed = new HashMap<>();

  /** Phases of existing actions are not printed. */
  ActionWatch(Scene scene) {
    this.scene = scene;
    list().forEach(action -> printed.put(action.getMetadata().getName(), phase(action)));
  }

  /** The current actions. */
  List<HealingAction> poll() {
    var actions = list();
    for (var action : actions) {
      var phase = phase(action);
      if (printed.put(action.getMetadata().getName(), phase) != phase) {
        scene.console().note("%s %s".formatted(action.getMetadata().getName(), phase));
      }
    }
    return actions;
  }

  /**
   * The action for a fault; empty if there is none yet.
   *
   * @param about a part of the target's name: of its index or its relation
   */
  Optional<HealingAction> about(String about) {
    return poll().stream().filter(action -> isAbout(action, about)).findFirst();
  }

  /** The action of one type. */
  Optional<HealingAction> about(String about, String type) {
    return poll().stream()
        .filter(action -> isAbout(action, about) && action.getSpec().type().equals(type))
        .findFirst();
  }

  /** The action of one type, if it has succeeded. */
  Optional<HealingAction> succeeded(String about, String type) throws StageFailedException {
    return ended(about(about, type));
  }

  /**
   * The action, if it has succeeded.
   *
   * @throws StageFailedException if it ended in another phase
   */
  Optional<HealingAction> succeeded(String about) throws StageFailedException {
    return ended(about(about));
  }

  private static Optional<HealingAction> ended(Optional<HealingAction> found)
      throws StageFailedException {
    var action = found.filter(a -> phase(a).ended());
    if (action.isPresent() && phase(action.get()) != HealingPhase.Succeeded) {
      throw new StageFailedException(
          "%s ended as %s: %s"
              .formatted(
                  action.get().getMetadata().getName(),
                  phase(action.get()),
                  status(action.get()).message()));
    }
    return action;
  }

  /** Prints all actions as {@code kubectl get ha} does. */
  void print() throws IOException, InterruptedException {
    var kubectl = scene.kubectl();
    if (kubectl.isPresent()) {
      scene
          .console()
          .table(
              "kubectl get ha -n " + Names.SHOP, kubectl.get().run("get", "ha", "-n", Names.SHOP));
    } else {
      scene
          .console()
          .table(
              "kubectl get ha -n %s   (table of the API server; no kubectl on the PATH)"
                  .formatted(Names.SHOP),
              Tables.of(scene.client(), Names.SHOP, "healingactions"));
    }
  }

  private List<HealingAction> list() {
    return scene.client().resources(HealingAction.class).inNamespace(Names.SHOP).list().getItems();
  }

  static HealingPhase phase(HealingAction action) {
    return status(action).phaseOrDefault();
  }

  static HealingActionStatus status(HealingAction action) {
    return Objects.requireNonNullElse(action.getStatus(), HealingActionStatus.EMPTY);
  }

  private static boolean isAbout(HealingAction action, String about) {
    var target = action.getSpec().target();
    return target != null && (about.equals(target.index()) || about.equals(target.relation()));
  }
}

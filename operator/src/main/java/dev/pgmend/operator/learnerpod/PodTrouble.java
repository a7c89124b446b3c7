// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.learnerpod;

import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Explains why a pod is not ready, and what to do. */
final class PodTrouble {
  private static final Set<String> NO_IMAGE =
      Set.of(
          "ErrImagePull",
          "ImagePullBackOff",
          "ErrImageNeverPull",
          "InvalidImageName",
          "RegistryUnavailable");

  private static final int MAX_QUOTE = 300;

  private PodTrouble() {}

  static String of(Pod pod) {
    return unschedulable(pod)
        .or(() -> container(pod).flatMap(PodTrouble::waiting))
        .or(() -> container(pod).flatMap(status -> crashed(pod, status)))
        .orElse(
            "pod %s is not ready yet; if that lasts, see its log: %s"
                .formatted(pod.getMetadata().getName(), log(pod, "")));
  }

  private static Optional<String> unschedulable(Pod pod) {
    return pod.getStatus().getConditions().stream()
        .filter(condition -> condition.getType().equals("PodScheduled"))
        .filter(condition -> condition.getStatus().equals("False"))
        .map(condition -> noNode(pod, condition))
        .findFirst();
  }

  private static String noNode(Pod pod, PodCondition condition) {
    var message = Objects.toString(condition.getMessage(), "no node fits");
    var gpu = devices(pod).filter(message::contains);
    return gpu.map(device ->
            "no node has a free %s: add one, or set spec.learner.gpu.enabled to false (%s)"
                .formatted(device, message))
        .orElseGet(() ->
            "no node takes the pod: make room, or lower spec.learner.resources (%s)"
                .formatted(message));
  }

  /** The extended resource that the pod requests. */
  private static Optional<String> devices(Pod pod) {
    return pod.getSpec().getContainers().stream()
        .flatMap(container -> container.getResources().getLimits().keySet().stream())
        .filter(name -> name.contains("/"))
        .findFirst();
  }

  private static Optional<String> waiting(ContainerStatus status) {
    var waiting = status.getState() == null ? null : status.getState().getWaiting();
    if (waiting == null || waiting.getReason() == null) {
      return Optional.empty();
    }
    return switch (waiting.getReason()) {
      // Its message is only the waiting time; the last state has the cause of the crash.
      case "CrashLoopBackOff" -> Optional.empty();
      case "ContainerCreating", "PodInitializing" -> Optional.of("the pod is being created");
      case String reason when NO_IMAGE.contains(reason) ->
          Optional.of(
              "the image %s cannot be pulled (%s): set %s of the operator to one that can, and %s if"
                      .formatted(
                          status.getImage(), reason, LearnerImage.IMAGE, LearnerImage.PULL_SECRETS)
                  + " its registry needs a login");
      default -> Optional.of("the pod cannot start: " + quote(waiting));
    };
  }

  private static Optional<String> crashed(Pod pod, ContainerStatus status) {
    var last = status.getLastState() == null ? null : status.getLastState().getTerminated();
    var state = status.getState() == null ? null : status.getState().getTerminated();
    return Optional.ofNullable(state == null ? last : state).map(end -> crash(pod, end));
  }

  private static String crash(Pod pod, ContainerStateTerminated end) {
    if ("OOMKilled".equals(end.getReason())) {
      return "the pod was killed because it exceeded its memory limit: raise"
          + " spec.learner.resources.limits.memory";
    }
    var words = Objects.toString(end.getMessage(), "").strip();
    return "the pod ended with exit code %d and is restarted%s; its log: %s"
        .formatted(
            end.getExitCode(),
            words.isEmpty() ? "" : ", its last output: " + tail(words),
            log(pod, " --previous"));
  }

  private static Optional<ContainerStatus> container(Pod pod) {
    return pod.getStatus().getContainerStatuses().stream().findFirst();
  }

  private static String quote(ContainerStateWaiting waiting) {
    return waiting.getMessage() == null
        ? waiting.getReason()
        : waiting.getReason() + ", " + tail(waiting.getMessage());
  }

  private static String tail(String text) {
    return text.length() <= MAX_QUOTE ? text : text.substring(text.length() - MAX_QUOTE);
  }

  private static String log(Pod pod, String option) {
    return "kubectl logs -n %s %s%s"
        .formatted(pod.getMetadata().getNamespace(), pod.getMetadata().getName(), option);
  }
}

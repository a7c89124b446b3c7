// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Objects;

/** Whether an update is a change by a user and not of the status. */
final class UserChanges {
  private UserChanges() {}

  static boolean changed(HasMetadata now, HasMetadata before) {
    var is = now.getMetadata();
    var was = before.getMetadata();
    return !Objects.equals(is.getGeneration(), was.getGeneration())
        || !Objects.equals(is.getAnnotations(), was.getAnnotations())
        || !Objects.equals(is.getLabels(), was.getLabels())
        || !Objects.equals(is.getDeletionTimestamp(), was.getDeletionTimestamp());
  }
}

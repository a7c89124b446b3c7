// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.learner.app;

import dev.pgmend.api.v1alpha1.LearnerSpec;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings of a learner.
 *
 * @param spec spec.learner of the PgCluster
 * @param databases the databases to learn
 * @param state directory for what was learned; if empty, it is lost at the end
 */
public record LearnerSettings(
    LearnerSpec spec, PgClusterSpec.Databases databases, Optional<Path> state) {}

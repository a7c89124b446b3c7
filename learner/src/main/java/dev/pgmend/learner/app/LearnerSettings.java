package dev.pgmend.learner.app;

import dev.pgmend.api.v1alpha1.LearnerSpec;
import dev.pgmend.api.v1alpha1.PgClusterSpec;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a learner is to work.
 *
 * @param spec what the PgCluster says of it
 * @param databases which of the server's it learns
 * @param state directory that keeps what was learned; without one it is lost at the end
 */
public record LearnerSettings(
    LearnerSpec spec, PgClusterSpec.Databases databases, Optional<Path> state) {}

/** What does a user write, and read back, in the Kubernetes resources of pgmend? */
@NullMarked
package dev.pgmend.api.v1alpha1;

import org.jspecify.annotations.NullMarked;

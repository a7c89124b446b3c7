/** What happens to the operator on the cluster, one step a class? */
@NullMarked
package dev.pgmend.e2e.kubernetes.stage;

import org.jspecify.annotations.NullMarked;

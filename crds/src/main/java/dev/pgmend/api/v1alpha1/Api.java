// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.api.v1alpha1;

/** The names that all resources of pgmend share. */
public final class Api {
  /** The API group. */
  public static final String GROUP = "pgmend.dev";

  /** The version of every resource in this package. */
  public static final String VERSION = "v1alpha1";

  /** Where the class path holds the CRDs: {@code <plural>.pgmend.dev.yaml} in this folder. */
  public static final String MANIFESTS = "pgmend/crds/";

  private Api() {}
}

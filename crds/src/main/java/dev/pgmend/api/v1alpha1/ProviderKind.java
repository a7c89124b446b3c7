package dev.pgmend.api.v1alpha1;

import org.jspecify.annotations.Nullable;

/** The ways in which a Postgres can be owned; each is named after what users know it by. */
public enum ProviderKind {
  /** Reached by a Secret alone. */
  Connection("connection"),
  /** Kept by CloudNativePG. */
  CloudNativePG("cloudNativePG"),
  /** Kept by the Zalando operator. */
  Zalando("zalando"),
  /** Kept by Crunchy PGO. */
  Crunchy("crunchy"),
  /** Kept by the Percona operator. */
  Percona("percona"),
  /** Kept by StackGres. */
  StackGres("stackGres"),
  /** Kept by KubeDB. */
  KubeDB("kubeDB"),
  /** Kept by Patroni. */
  Patroni("patroni"),
  /** Run by pgmend itself. */
  Managed("managed");

  private final String field;

  ProviderKind(String field) {
    this.field = field;
  }

  /** The field under spec.provider that names it. */
  public String field() {
    return field;
  }

  /** What the provider says of this kind, or null. */
  @Nullable Record in(Provider provider) {
    return switch (this) {
      case Connection -> provider.connection();
      case CloudNativePG -> provider.cloudNativePG();
      case Zalando -> provider.zalando();
      case Crunchy -> provider.crunchy();
      case Percona -> provider.percona();
      case StackGres -> provider.stackGres();
      case KubeDB -> provider.kubeDB();
      case Patroni -> provider.patroni();
      case Managed -> provider.managed();
    };
  }
}

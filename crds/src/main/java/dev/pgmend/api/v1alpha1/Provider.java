package dev.pgmend.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who owns the Postgres: exactly one of the components is there. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value =
        "[has(self.connection), has(self.cloudNativePG), has(self.zalando), has(self.crunchy),"
            + " has(self.percona), has(self.stackGres), has(self.kubeDB), has(self.patroni),"
            + " has(self.managed)].filter(given, given).size() == 1",
    message =
        "name exactly one provider: keep one of connection, cloudNativePG, zalando, crunchy,"
            + " percona, stackGres, kubeDB, patroni and managed, and remove the others")
public record Provider(
    @JsonPropertyDescription("Any Postgres that a Secret can reach: a managed service, a machine.")
        @Nullable Connection connection,
    @JsonPropertyDescription("A Cluster of CloudNativePG (postgresql.cnpg.io).")
        @Nullable OwnedByOperator cloudNativePG,
    @JsonPropertyDescription("A postgresql of the Zalando operator (acid.zalan.do).")
        @Nullable OwnedByOperator zalando,
    @JsonPropertyDescription("A PostgresCluster of Crunchy PGO.") @Nullable OwnedByOperator crunchy,
    @JsonPropertyDescription("A PerconaPGCluster of the Percona operator (pgv2.percona.com).")
        @Nullable OwnedByOperator percona,
    @JsonPropertyDescription("An SGCluster of StackGres.") @Nullable OwnedByOperator stackGres,
    @JsonPropertyDescription("A Postgres of KubeDB.") @Nullable OwnedByOperator kubeDB,
    @JsonPropertyDescription("A Patroni cluster, reached through its REST API.")
        @Nullable Patroni patroni,
    @JsonPropertyDescription(
            "A single Postgres that pgmend itself runs, without failover: for trials and tests.")
        @Nullable Managed managed) {

  /** A Postgres known only by how to reach it. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Connection(
      @Required
          @JsonPropertyDescription(
              "Secret with the key uri, or with host, username (or user) and password, and if need"
                  + " be port (default 5432), dbname (default postgres) and sslmode (default"
                  + " prefer).")
          SecretRef secretRef,
      @Pattern(DISK_CAPACITY)
          @JsonPropertyDescription(
              "Size of the disk that holds the data, such as 500Gi. What builds something runs only"
                  + " where there is room for it, and SQL can't ask for free space. Default: looked"
                  + " up where the server runs on pgmend's own machine, else such repairs wait.")
          @Nullable String diskCapacity) {
    private static final String DISK_CAPACITY = "^[0-9]+(Mi|Gi|Ti|MB|GB|TB)$";
  }

  /** A Postgres that another operator keeps, named by that operator's resource. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record OwnedByOperator(
      @Required
          @Size(min = 1, max = 253)
          @JsonPropertyDescription(
              "Name of that operator's resource, in the namespace of the PgCluster.")
          String name,
      @JsonPropertyDescription(
              "Secret with the keys username and password of the role to connect as. Default: the"
                  + " Secret that the operator itself makes for the cluster.")
          @Nullable SecretRef secretRef) {

    /** That operator's resource, reached with the Secret which the operator makes. */
    public static OwnedByOperator named(String name) {
      return new OwnedByOperator(name, null);
    }
  }

  /** A Postgres that Patroni keeps. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Patroni(
      @Required
          @Pattern("^https?://[^\\s]+$")
          @JsonPropertyDescription(
              "URL of the REST API of any member, such as http://patroni.db.svc:8008.")
          String endpoint,
      @Required
          @JsonPropertyDescription(
              "Secret with the keys username and password, and restUsername and restPassword where"
                  + " the REST API asks for them.")
          SecretRef secretRef) {}

  /** A Postgres that pgmend runs. */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Managed(
      @Default("" + DEFAULT_VERSION)
          @Min(14)
          @Max(18)
          @JsonPropertyDescription("Major version of Postgres. Default 17.")
          @Nullable Integer version,
      @Default(DEFAULT_STORAGE)
          @Pattern(Resources.QUANTITY)
          @JsonPropertyDescription("Size of its volume, as a quantity. Default 1Gi.")
          @Nullable String storage) {
    private static final int DEFAULT_VERSION = 17;
    private static final String DEFAULT_STORAGE = "1Gi";

    /** A Postgres of the default version and size. */
    public static final Managed DEFAULTS = new Managed(null, null);

    /** The major version. */
    public int versionOrDefault() {
      return version == null ? DEFAULT_VERSION : version;
    }

    /** The size of the volume, as a quantity. */
    public String storageOrDefault() {
      return storage == null ? DEFAULT_STORAGE : storage;
    }
  }

  /** The kinds that are given; the API server lets only one through. */
  public List<ProviderKind> kinds() {
    var kinds = new ArrayList<ProviderKind>();
    for (ProviderKind kind : ProviderKind.values()) {
      if (kind.in(this) != null) {
        kinds.add(kind);
      }
    }
    return List.copyOf(kinds);
  }

  /**
   * The one kind that is given.
   *
   * @throws IllegalStateException when none or several are, which a server without CEL lets through
   */
  public ProviderKind kind() {
    List<ProviderKind> kinds = kinds();
    if (kinds.size() != 1) {
      throw new IllegalStateException(
          "spec.provider must name exactly one provider and names " + kinds + ": keep one of them");
    }
    return kinds.getFirst();
  }

  /** A provider reached by a Secret. */
  public static Provider connection(String secretName) {
    return new Provider(
        new Connection(new SecretRef(secretName), null),
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** A Postgres that pgmend runs. */
  public static Provider managed(Managed managed) {
    return new Provider(null, null, null, null, null, null, null, null, managed);
  }
}

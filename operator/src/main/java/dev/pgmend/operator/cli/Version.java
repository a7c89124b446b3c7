// SPDX-License-Identifier: Apache-2.0
package dev.pgmend.operator.cli;

import picocli.CommandLine.IVersionProvider;

/** The version of this build, from its jar. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    var version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"pgmend " + (version == null ? "(not packaged)" : version)};
  }
}

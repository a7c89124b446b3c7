{{- define "pgmend.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "pgmend.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := include "pgmend.name" . }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{/* The roles are the cluster's: two releases of one name must not share them. */}}
{{- define "pgmend.clusterName" -}}
{{- printf "%s-%s" .Release.Namespace (include "pgmend.fullname" .) | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "pgmend.selectorLabels" -}}
app.kubernetes.io/name: {{ include "pgmend.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end }}

{{- define "pgmend.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "pgmend.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: pgmend
{{- end }}

{{- define "pgmend.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "pgmend.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- required "serviceAccount.create is false: give serviceAccount.name, an account that exists" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* The name of an image: of its repository, tag and digest, and the chart. */}}
{{- define "pgmend.image" -}}
{{- $image := .image }}
{{- if $image.digest -}}
{{ $image.repository }}@{{ $image.digest }}
{{- else -}}
{{ $image.repository }}:{{ default .appVersion $image.tag }}
{{- end }}
{{- end }}

{{/* Rights of the operator in each namespace that it manages; docs/install.md has the reasons. */}}
{{- define "pgmend.rules" -}}
- apiGroups: [pgmend.dev]
  resources: [pgclusters, tuningpolicies]
  verbs: [get, list, watch]
- apiGroups: [pgmend.dev]
  resources: [pgclusters/status, tuningpolicies/status, healingactions/status]
  verbs: [get, patch, update]
- apiGroups: [pgmend.dev]
  resources: [healingactions]
  verbs: [get, list, watch, create, delete]
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- if .Values.learner.image.repository }}
- apiGroups: [apps]
  resources: [statefulsets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [services, serviceaccounts]
  verbs: [get, create, patch, delete]
- apiGroups: [rbac.authorization.k8s.io]
  resources: [roles, rolebindings]
  verbs: [get, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [get]
{{- end }}
{{- end }}

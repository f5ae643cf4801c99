{{/* The name of everything: that of the release, unless it says sluice already. */}}
{{- define "sluice.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What pods are selected by; never changed, since selectors cannot be. Takes root and role. */}}
{{- define "sluice.selectorLabels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .role }}
{{- end -}}

{{- define "sluice.labels" -}}
{{ include "sluice.selectorLabels" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
{{- end -}}

{{- define "sluice.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "sluice.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{/* The files that Sluice merges: what the role says, and over it what the chart relies on. */}}
{{- define "sluice.configFiles" -}}
sluice.yaml: |
  {{- tpl (toYaml .values.config) .root | nindent 2 }}
chart.yaml: |
  extensions:
    health_check:
      endpoint: 0.0.0.0:13133
  service:
    extensions: [health_check{{ range .values.extensions }}, {{ . }}{{ end }}]
    telemetry:
      metrics:
        address: 0.0.0.0:8888
    shutdown_timeout: {{ .values.shutdownTimeoutSeconds }}s
    journal:
      max_size: {{ .values.journalSize }}
{{- end -}}

{{/* The further ports of a role that others send to, as those of a service; with scraped set, those that metrics are read from. Takes values, scraped. */}}
{{- define "sluice.extraServicePorts" -}}
{{- range .values.extraPorts }}
{{- if eq (default false .scrape) $.scraped }}
- name: {{ .name }}
  port: {{ .port }}
  targetPort: {{ .name }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The names of the same ports, as those of a network policy. */}}
{{- define "sluice.extraPolicyPorts" -}}
{{- range .values.extraPorts }}
{{- if eq (default false .scrape) $.scraped }}
- port: {{ .name }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The pod of a role, but for what only some have: takes root, role, values. */}}
{{- define "sluice.podSpec" -}}
serviceAccountName: {{ include "sluice.serviceAccountName" .root }}
automountServiceAccountToken: false
enableServiceLinks: false
# The drain, and the pause before it.
terminationGracePeriodSeconds: {{ add .values.shutdownTimeoutSeconds 15 }}
securityContext:
  runAsNonRoot: true
  runAsUser: 1654
  runAsGroup: 1654
  fsGroup: 1654
  fsGroupChangePolicy: OnRootMismatch
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.image.pullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- if .values.affinity }}
affinity:
  {{- toYaml .values.affinity | nindent 2 }}
{{- else if ne .role "agent" }}
affinity:
  podAntiAffinity:
    preferredDuringSchedulingIgnoredDuringExecution:
      - weight: 100
        podAffinityTerm:
          topologyKey: kubernetes.io/hostname
          labelSelector:
            matchLabels:
              {{- include "sluice.selectorLabels" . | nindent 14 }}
{{- end }}
containers:
  - name: sluice
    image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
    imagePullPolicy: {{ .root.Values.image.pullPolicy }}
    args: [--config, /etc/sluice/sluice.yaml, --config, /etc/sluice/chart.yaml, --data-dir, /var/lib/sluice]
    env:
      - name: NODE_NAME
        valueFrom:
          fieldRef:
            fieldPath: spec.nodeName
      - name: POD_NAME
        valueFrom:
          fieldRef:
            fieldPath: metadata.name
      {{- with .values.env }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
    {{- with .values.envFromSecrets }}
    envFrom:
      {{- range . }}
      - secretRef:
          name: {{ . }}
      {{- end }}
    {{- end }}
    ports:
      {{- if ne .role "worker" }}
      - name: otlp-grpc
        containerPort: 4317
        {{- if and (eq .role "agent") .values.hostPorts }}
        hostPort: 4317
        {{- end }}
      - name: otlp-http
        containerPort: 4318
        {{- if and (eq .role "agent") .values.hostPorts }}
        hostPort: 4318
        {{- end }}
      {{- end }}
      - name: metrics
        containerPort: 8888
      - name: health
        containerPort: 13133
      {{- range .values.extraPorts }}
      - name: {{ .name }}
        containerPort: {{ .port }}
        {{- if and (eq $.role "agent") $.values.hostPorts (not .scrape) }}
        hostPort: {{ .port }}
        {{- end }}
      {{- end }}
    # Opening a large journal takes a while.
    startupProbe:
      httpGet:
        path: /
        port: health
      periodSeconds: 5
      failureThreshold: 60
    livenessProbe:
      httpGet:
        path: /
        port: health
      periodSeconds: 15
      timeoutSeconds: 5
      failureThreshold: 4
    readinessProbe:
      httpGet:
        {{- if eq .role "worker" }}
        path: /ready
        {{- else }}
        # While an exporter has failed, such as by a password that is refused everywhere, the journal takes what senders have.
        path: /ready?exclude=exporter
        {{- end }}
        port: health
      periodSeconds: 5
      timeoutSeconds: 3
      failureThreshold: 2
    lifecycle:
      preStop:
        # Time in which services stop sending here, before the port is closed.
        sleep:
          seconds: 5
    resources:
      {{- toYaml .values.resources | nindent 6 }}
    securityContext:
      allowPrivilegeEscalation: false
      readOnlyRootFilesystem: true
      capabilities:
        drop: [ALL]
    volumeMounts:
      - name: config
        mountPath: /etc/sluice
        readOnly: true
      - name: data
        mountPath: /var/lib/sluice
      {{- with .values.extraVolumeMounts }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
{{- end -}}

// The door of `abeyance/telemetry`.

export { telemetry, type Telemetry, type TelemetryOptions } from './telemetry.ts'

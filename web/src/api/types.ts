/** Short names for the generated types; nothing here is written by hand. */
import type { components, paths } from "./generated/schema";

type Schemas = components["schemas"];

export type ChangeResult = Schemas["ChangeResult"];
export type DataInsights = Schemas["DataInsights"];
export type Drift = Schemas["Drift"];
export type DriftMeasure = Schemas["DriftMeasure"];
export type ImageDetail = Schemas["ImageDetail"];
export type ImageIds = Schemas["ImageIds"];
export type ImageItem = Schemas["ImageItem"];
/** What to change of which images; what is left out stays as it is. */
export type ImagesChange = Pick<Schemas["ImagesChange"], "ids"> & Partial<Schemas["ImagesChange"]>;
export type ImportPreview = Schemas["ImportPreview"];
export type ImportResult = Schemas["ImportResult"];
export type Job = Schemas["Job"];
export type LabelProposal = Schemas["LabelProposal"];
export type LabelProposalPage = Schemas["LabelProposalPage"];
export type LearningCurve = Schemas["LearningCurveResult"];
export type JobEvent = Schemas["JobEvent"];
export type LoadTest = Schemas["LoadTest"];
export type LoggedPrediction = Schemas["LoggedPrediction"];
export type Mistake = Schemas["Mistake"];
export type Model = Schemas["Model"];
export type ModelComparison = Schemas["ModelComparison"];
export type ModelMetrics = Schemas["ModelMetrics"];
export type ModelReport = Schemas["ModelReport"];
export type MonitoringSeries = Schemas["MonitoringSeries"];
export type MonitoringSummary = Schemas["MonitoringSummary"];
export type Prediction = Schemas["Prediction"];
export type Problem = Schemas["Problem"];
export type Promotion = Schemas["Promotion"];
export type QuarantinedFile = Schemas["QuarantinedFile"];
export type ReviewConflict = Schemas["ReviewConflict"];
export type ReviewDecision = Schemas["ReviewDecision"];
export type ReviewItem = Schemas["ReviewItem"];
export type ReviewQueue = Schemas["ReviewQueue"];
export type ReviewResult = Schemas["ReviewResult"];
export type TrainOptions = Schemas["TrainOptions"];
export type TrainingOptions = Schemas["TrainingOptions"];
export type WorthLabelling = Schemas["WorthLabelling"];
export type DatasetVersion = Schemas["DatasetVersion"];
export type EmbeddingMap = Schemas["EmbeddingMap"];
export type Histogram = Schemas["Histogram"];
export type Issue = Schemas["Issue"];
export type IssueItem = Schemas["IssueItem"];
export type IssueKind = Issue["kind"];
export type EntryChange = Schemas["EntryChange"];
export type Split = keyof Schemas["SplitCounts"];
export type ExportFormat = NonNullable<
  NonNullable<paths["/api/models/{version}/download"]["get"]["parameters"]["query"]>["format"]
>;
export type SplitMode = NonNullable<NonNullable<paths["/api/imports"]["post"]["parameters"]["query"]>["split"]>;

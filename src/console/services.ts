/**
 * The console page of each service, by its common short names and the AWS CLI's. For a name that is not here
 * `NAME/home` is usually right.
 */
const PAGES: ReadonlyMap<string, string> = new Map([
  ['acm', 'acm/home'],
  ['amplify', 'amplify/home'],
  ['apigateway', 'apigateway/home'],
  ['apigw', 'apigateway/home'],
  ['apprunner', 'apprunner/home'],
  ['appsync', 'appsync/home'],
  ['asg', 'ec2/home#AutoScalingGroups:'],
  ['athena', 'athena/home'],
  ['backup', 'backup/home'],
  ['batch', 'batch/home'],
  ['bedrock', 'bedrock/home'],
  ['billing', 'billing/home'],
  ['cc', 'codesuite/codecommit/repositories'],
  ['cfn', 'cloudformation/home'],
  ['cloud9', 'cloud9/home'],
  ['cloudformation', 'cloudformation/home'],
  ['cloudfront', 'cloudfront/v4/home'],
  ['cloudshell', 'cloudshell/home'],
  ['cloudtrail', 'cloudtrailv2/home'],
  ['cloudwatch', 'cloudwatch/home'],
  ['codeartifact', 'codesuite/codeartifact/repositories'],
  ['codebuild', 'codesuite/codebuild/projects'],
  ['codecommit', 'codesuite/codecommit/repositories'],
  ['codedeploy', 'codesuite/codedeploy/applications'],
  ['codepipeline', 'codesuite/codepipeline/pipelines'],
  ['cognito', 'cognito/v2/home'],
  ['config', 'config/home'],
  ['costs', 'costmanagement/home'],
  ['ct', 'cloudtrailv2/home'],
  ['cw', 'cloudwatch/home'],
  ['ddb', 'dynamodbv2/home'],
  ['dms', 'dms/v2/home'],
  ['dynamodb', 'dynamodbv2/home'],
  ['ec2', 'ec2/home'],
  ['ecr', 'ecr/home'],
  ['ecs', 'ecs/v2/home'],
  ['efs', 'efs/home'],
  ['eks', 'eks/home'],
  ['elasticache', 'elasticache/home'],
  ['elb', 'ec2/home#LoadBalancers:'],
  ['emr', 'emr/home'],
  ['eventbridge', 'events/home'],
  ['events', 'events/home'],
  ['glue', 'glue/home'],
  ['guardduty', 'guardduty/home'],
  ['iam', 'iam/home'],
  ['kinesis', 'kinesis/home'],
  ['kms', 'kms/home'],
  ['l', 'lambda/home'],
  ['lambda', 'lambda/home'],
  ['logs', 'cloudwatch/home#logsV2:log-groups'],
  ['opensearch', 'aos/home'],
  ['organizations', 'organizations/v2/home'],
  ['orgs', 'organizations/v2/home'],
  ['params', 'systems-manager/parameters'],
  ['quotas', 'servicequotas/home'],
  ['r53', 'route53/v2/home'],
  ['rds', 'rds/home'],
  ['redshift', 'redshiftv2/home'],
  ['route53', 'route53/v2/home'],
  ['s3', 's3/home'],
  ['sagemaker', 'sagemaker/home'],
  ['secrets', 'secretsmanager/landing'],
  ['secretsmanager', 'secretsmanager/landing'],
  ['securityhub', 'securityhub/home'],
  ['servicequotas', 'servicequotas/home'],
  ['ses', 'ses/home'],
  ['sfn', 'states/home'],
  ['sns', 'sns/v3/home'],
  ['sqs', 'sqs/v3/home'],
  ['ssm', 'systems-manager/home'],
  ['sso', 'singlesignon/home'],
  ['stepfunctions', 'states/home'],
  ['sts', 'iam/home'],
  ['support', 'support/home'],
  ['vpc', 'vpcconsole/home'],
  ['waf', 'wafv2/homev2'],
]);

/** Every name in the table. */
export const SERVICES: readonly string[] = [...PAGES.keys()];

/** Every name in the table, with its page. */
export const SERVICE_PAGES: readonly (readonly [name: string, page: string])[] = [...PAGES];

const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

export interface ServicePage {
  readonly path: string;
  /** False for a name that is not in the table. */
  readonly known: boolean;
}

/** The console page of a service, in any case; undefined for a name that no service can have. */
export function servicePage(name: string): ServicePage | undefined {
  const lower = name.toLowerCase();
  const path = PAGES.get(lower);
  if (path !== undefined) return { path, known: true };
  return NAME.test(lower) ? { path: `${lower}/home`, known: false } : undefined;
}

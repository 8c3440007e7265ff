/**
 * Decides which types of resources hold data that is lost with them. The words of a type decide, so that unknown
 * providers are covered too; a type that only configures a store holds no data itself.
 */
const HOLDS_DATA =
  /(^|_)(database|databases|db|rds|sql|mysql|postgresql|postgres|mariadb|mongodb|mongo|redis|elasticache|memorystore|cosmosdb|dynamodb|bigtable|bigquery|spanner|firestore|firebase|redshift|neptune|docdb|timestream|keyspaces|opensearch|elasticsearch|kafka|msk|eventhub|kinesis|bucket|s3|storage|volume|ebs|disk|efs|fsx|filesystem|file_system|filestore|fileshare|share|snapshot|backup|vault|secret|secretsmanager|kms|keyring|key_ring|crypto_key|hosted_zone|dns_zone|managed_zone|route53_zone|ecr|registry|repository|cluster|queue|topic|stream|user_pool|directory|stateful_set|statefulset|namespace|resource_group|log_group|warehouse|dataset|table|project|organization|account)(_|$)/;

const ONLY_CONFIGURES =
  /(^|_)(policy|policies|attachment|association|permission|permissions|grant|notification|rule|rules|alias|binding|member|record|lifecycle|acl|versioning|logging|configuration|config|block|parameter_group|subnet_group|option_group|security_group|target|schedule|role|user|access_key|service|addon|node_group|node_pool|route_table|peering|endpoint|ingress|quota|tag|version|encryption|logs)$/;

/** The words of these types are misleading. */
const BY_NAME: ReadonlyMap<string, boolean> = new Map([
  ['aws_secretsmanager_secret_version', true],
  ['google_secret_manager_secret_version', true],
  ['google_sql_user', false],
  ['google_project_service', false],
  ['aws_db_proxy', false],
  ['aws_instance', false],
]);

/** @param type is judged without the provider's word: `aws_db_instance` like `google_sql_database_instance` */
export function holdsData(type: string): boolean {
  return BY_NAME.get(type) ?? (HOLDS_DATA.test(type) && !ONLY_CONFIGURES.test(type));
}

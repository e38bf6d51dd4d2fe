/**
 * The settings of a profile that some tool reads: those of ccvault, of the AWS CLI ("Configuration settings"), of the
 * SDK reference ("Settings reference") and of aws-vault.
 */
export const KNOWN_KEYS: ReadonlySet<string> = new Set(
  `account_id_endpoint_mode api_versions auth_scheme_preference aws_access_key_id aws_account_id aws_secret_access_key
  aws_security_token aws_session_token ca_bundle cli_auto_prompt cli_binary_format cli_follow_urlparam cli_help_output
  cli_history cli_pager cli_timestamp_format cloudfront cloudsearch codecatalyst credential_process credential_source
  defaults_mode disable_request_compression duration_seconds dynamodb ec2_metadata_service_endpoint
  ec2_metadata_service_endpoint_mode ec2_metadata_v1_disabled endpoint_discovery_enabled endpoint_url emr external_id
  get_session_token_duration_seconds ignore_configured_endpoint_urls include_profile login_session max_attempts
  mfa_process mfa_serial metadata_service_num_attempts metadata_service_timeout output parameter_validation
  parent_profile request_checksum_calculation request_min_compression_size_bytes response_checksum_validation
  retry_mode region role_arn role_session_name s3 s3_disable_express_session_auth s3_disable_multiregion_access_points
  s3_us_east_1_regional_endpoint s3_use_arn_region s3control sdk_ua_app_id services session_tags
  sigv4a_signing_region_set source_identity source_profile sso_account_id sso_account_name sso_region
  sso_registration_scopes sso_role_name sso_session sso_start_url sts_regional_endpoints tcp_keepalive
  transitive_session_tags use_dualstack_endpoint use_fips_endpoint web_identity_token_file web_identity_token_process
  ykman_oath_credential`.split(/\s+/),
);

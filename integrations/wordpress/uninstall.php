<?php
/**
 * Leaves nothing behind.
 *
 * @package Flattr_Button
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

delete_option( 'flattr_button' );
delete_metadata( 'user', 0, 'flattr_name', '', true );

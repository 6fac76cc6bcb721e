<?php
/**
 * Plugin Name:       Flattr Button
 * Plugin URI:        https://flattr.example/help
 * Description:       A Flattr button under your posts: a plain link, without a script or a request to anybody.
 * Version:           1.0.0
 * Requires at least: 6.1
 * Requires PHP:      8.2
 * Author:            The Flattr founders
 * License:           GPL-2.0-or-later
 * License URI:       https://www.gnu.org/licenses/gpl-2.0.html
 * Text Domain:       flattr-button
 *
 * @package Flattr_Button
 */

defined( 'ABSPATH' ) || exit;

require __DIR__ . '/parts/link.php';
require __DIR__ . '/parts/page.php';
require __DIR__ . '/parts/author.php';
require __DIR__ . '/parts/settings.php';

/**
 * What the settings page stores, with what holds before it did.
 *
 * @return array{site: string, name: string, id: string, under: bool, script: bool}
 */
function flattr_button_settings(): array {
	$kept = get_option( 'flattr_button', array() );
	return wp_parse_args(
		is_array( $kept ) ? $kept : array(),
		array(
			'site'   => '',
			'name'   => '',
			'id'     => '',
			'under'  => true,
			'script' => false,
		)
	);
}

add_action(
	'init',
	function () {
		register_block_type(
			__DIR__ . '/block',
			array( 'render_callback' => 'flattr_button_block' )
		);
	}
);

<?php
/**
 * The settings page: whose button it is, and how it looks.
 *
 * @package Flattr_Button
 */

defined( 'ABSPATH' ) || exit;

add_action(
	'admin_menu',
	fn() => add_options_page( __( 'Flattr Button', 'flattr-button' ), __( 'Flattr Button', 'flattr-button' ), 'manage_options', 'flattr-button', 'flattr_button_settings_page' )
);

add_action(
	'admin_init',
	fn() => register_setting( 'flattr_button', 'flattr_button', array( 'sanitize_callback' => 'flattr_button_checked' ) )
);

add_filter(
	'plugin_action_links_' . plugin_basename( dirname( __DIR__ ) . '/flattr.php' ),
	fn( $links ) => array_merge(
		array( '<a href="' . esc_url( admin_url( 'options-general.php?page=flattr-button' ) ) . '">' . esc_html__( 'Settings', 'flattr-button' ) . '</a>' ),
		$links
	)
);

add_action(
	'admin_enqueue_scripts',
	function ( $page ) {
		if ( 'settings_page_flattr-button' === $page ) {
			wp_enqueue_script( 'flattr-button-settings', plugins_url( 'settings.js', __DIR__ . '/../flattr.php' ), array(), '1.0.0', true );
			wp_add_inline_script(
				'flattr-button-settings',
				'const flattrButtonSays = ' . wp_json_encode(
					array(
						/* translators: %s: a username. */
						'found'   => __( '%s has an account there.', 'flattr-button' ),
						/* translators: %s: a username. */
						'unknown' => __( 'Nobody there is called %s.', 'flattr-button' ),
						'silent'  => __( 'That address did not answer as a platform does.', 'flattr-button' ),
					)
				),
				'before'
			);
		}
	}
);

/** What was typed, as it is stored. What cannot be stays as it was, with a word about it. */
function flattr_button_checked( $typed ): array {
	$before = flattr_button_settings();
	$typed  = is_array( $typed ) ? $typed : array();
	$site   = untrailingslashit( trim( (string) ( $typed['site'] ?? '' ) ) );
	$name   = trim( (string) ( $typed['name'] ?? '' ) );
	if ( '' !== $site && ! flattr_button_is_site( $site ) ) {
		add_settings_error( 'flattr_button', 'site', __( 'The platform’s address begins with https:// and has no path.', 'flattr-button' ) );
		$site = $before['site'];
	}
	if ( '' !== $name && '' === flattr_button_as_name( $name ) ) {
		add_settings_error( 'flattr_button', 'name', __( 'That is no username: letters, digits, dot, hyphen and underscore.', 'flattr-button' ) );
		$name = $before['name'];
	}
	$id = trim( (string) ( $typed['id'] ?? '' ) );
	return array(
		'site'   => $site,
		'name'   => $name,
		'id'     => preg_match( '/\A[0-9A-Za-z]{3,20}\z/', $id ) ? $id : '',
		'under'  => ! empty( $typed['under'] ),
		'script' => ! empty( $typed['script'] ),
	);
}

/** An https address without a path; http on one's own machine. */
function flattr_button_is_site( string $site ): bool {
	return 1 === preg_match( '~\Ahttps://[^/?#\s]+\z|\Ahttp://(?:localhost|127\.0\.0\.1)(?::\d+)?\z~', $site );
}

function flattr_button_settings_page(): void {
	$settings = flattr_button_settings();
	$latest   = get_posts( array( 'numberposts' => 1 ) );
	$button   = $latest ? flattr_button_html( $latest[0] ) : '';
	?>
	<div class="wrap">
	<h1><?php esc_html_e( 'Flattr Button', 'flattr-button' ); ?></h1>
	<form method="post" action="options.php">
		<?php settings_fields( 'flattr_button' ); ?>
		<table class="form-table" role="presentation">
		<tr><th><label for="flattr-site"><?php esc_html_e( 'Platform', 'flattr-button' ); ?></label></th>
			<td><input type="url" class="regular-text" id="flattr-site" name="flattr_button[site]" placeholder="https://flattr.example" value="<?php echo esc_attr( $settings['site'] ); ?>"></td></tr>
		<tr><th><label for="flattr-name"><?php esc_html_e( 'Your username there', 'flattr-button' ); ?></label></th>
			<td><input type="text" class="regular-text" id="flattr-name" name="flattr_button[name]" maxlength="30" autocomplete="off" value="<?php echo esc_attr( $settings['name'] ); ?>" aria-describedby="flattr-found flattr-name-help">
			<p id="flattr-found" role="status">&nbsp;</p>
			<p class="description" id="flattr-name-help"><?php esc_html_e( 'Authors can have their own: in their profile.', 'flattr-button' ); ?></p></td></tr>
		<tr><th><label for="flattr-id"><?php esc_html_e( 'Your id there', 'flattr-button' ); ?></label></th>
			<td><input type="text" class="regular-text" id="flattr-id" name="flattr_button[id]" maxlength="20" autocomplete="off" value="<?php echo esc_attr( $settings['id'] ); ?>" aria-describedby="flattr-id-help">
			<p class="description" id="flattr-id-help"><?php esc_html_e( 'Stands in the head of every page, so that the whole blog is yours. Your browser fills it in when it has found your username.', 'flattr-button' ); ?></p></td></tr>
		<tr><th><?php esc_html_e( 'Where it stands', 'flattr-button' ); ?></th>
			<td><label><input type="checkbox" name="flattr_button[under]" value="1" <?php checked( $settings['under'] ); ?>> <?php esc_html_e( 'Under every post, on its page and in feeds', 'flattr-button' ); ?></label>
			<p class="description"><?php esc_html_e( 'A post with the Flattr block has it there, and not twice.', 'flattr-button' ); ?></p></td></tr>
		<tr><th><?php esc_html_e( 'Count', 'flattr-button' ); ?></th>
			<td><label><input type="checkbox" name="flattr_button[script]" value="1" <?php checked( $settings['script'] ); ?>> <?php esc_html_e( 'Show how often a post was flattred', 'flattr-button' ); ?></label>
			<p class="description"><?php esc_html_e( 'Loads a small script from the platform. It sets no cookie and tracks nobody. Without it nothing is loaded from there.', 'flattr-button' ); ?></p></td></tr>
		</table>
		<?php submit_button(); ?>
	</form>
	<h2><?php esc_html_e( 'Your button', 'flattr-button' ); ?></h2>
	<?php
	if ( '' !== $button ) {
		echo wp_kses_post( $button );
	} else {
		echo '<p>' . esc_html__( 'It appears here when the platform and a username are saved, and there is a post.', 'flattr-button' ) . '</p>';
	}
	echo '</div>';
}

<?php
/**
 * Which username an author has: a line in their profile.
 *
 * @package Flattr_Button
 */

defined( 'ABSPATH' ) || exit;

foreach ( array( 'show_user_profile', 'edit_user_profile' ) as $flattr_button_page ) {
	add_action( $flattr_button_page, 'flattr_button_author_field' );
}
foreach ( array( 'personal_options_update', 'edit_user_profile_update' ) as $flattr_button_save ) {
	add_action( $flattr_button_save, 'flattr_button_save_author' );
}

function flattr_button_author_field( WP_User $author ): void {
	?>
	<h2><?php esc_html_e( 'Flattr', 'flattr-button' ); ?></h2>
	<table class="form-table" role="presentation"><tr>
		<th><label for="flattr_name"><?php esc_html_e( 'Flattr username', 'flattr-button' ); ?></label></th>
		<td><input type="text" class="regular-text" id="flattr_name" name="flattr_name" maxlength="30" autocomplete="off"
			value="<?php echo esc_attr( get_user_meta( $author->ID, 'flattr_name', true ) ); ?>" aria-describedby="flattr_name_help">
			<p class="description" id="flattr_name_help"><?php esc_html_e( 'Who gets what readers give for these posts. Empty: the blog’s own.', 'flattr-button' ); ?></p></td>
	</tr></table>
	<?php
}

function flattr_button_save_author( int $author ): void {
	// WordPress has checked the form's nonce before it calls this.
	if ( ! current_user_can( 'edit_user', $author ) || ! isset( $_POST['flattr_name'] ) ) { // phpcs:ignore WordPress.Security.NonceVerification
		return;
	}
	$name = flattr_button_as_name( wp_unslash( $_POST['flattr_name'] ) ); // phpcs:ignore WordPress.Security
	update_user_meta( $author, 'flattr_name', $name );
}

/** A username of the platform, or nothing. */
function flattr_button_as_name( $typed ): string {
	$typed = trim( is_string( $typed ) ? $typed : '' );
	return preg_match( '/\A[0-9A-Za-z][0-9A-Za-z._-]{0,29}\z/', $typed ) ? $typed : '';
}

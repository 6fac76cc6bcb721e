<?php
/**
 * Where the button stands: under posts, in the block, in the head and in the feeds.
 *
 * @package Flattr_Button
 */

defined( 'ABSPATH' ) || exit;

/**
 * The block, for the post that it stands in.
 *
 * @param array    $attributes None yet.
 * @param string   $content    Nothing.
 * @param WP_Block $block      Knows which post it is in.
 */
function flattr_button_block( array $attributes, string $content, WP_Block $block ): string {
	$post = get_post( $block->context['postId'] ?? null );
	return $post ? flattr_button_html( $post ) : '';
}

// Late: after what makes paragraphs, so that nothing is made of the button.
add_filter(
	'the_content',
	function ( $content ) {
		$post = get_post();
		if ( ! $post || 'post' !== $post->post_type || ! flattr_button_settings()['under'] ) {
			return $content;
		}
		if ( has_block( 'flattr/button', $post ) || ! ( is_singular() || is_feed() ) || doing_filter( 'get_the_excerpt' ) ) {
			return $content;
		}
		return $content . flattr_button_html( $post );
	},
	50
);

add_action(
	'wp_head',
	function () {
		$id = flattr_button_settings()['id'];
		if ( '' !== $id ) {
			printf( '<meta name="flattr:id" content="%s">' . "\n", esc_attr( $id ) );
		}
		$post = is_singular( 'post' ) ? get_post() : null;
		if ( $post ) {
			flattr_button_payment_link( $post, '<link rel="payment" type="text/html" href="%s" title="%s">' );
		}
	}
);

add_action( 'rss2_item', fn() => flattr_button_payment_link( get_post(), '<atom:link rel="payment" type="text/html" href="%s" title="%s"/>' ) );
add_action( 'atom_entry', fn() => flattr_button_payment_link( get_post(), '<link rel="payment" type="text/html" href="%s" title="%s"/>' ) );

/** Print a post's payment link in a tag's form. */
function flattr_button_payment_link( ?WP_Post $post, string $tag ): void {
	$address = $post ? flattr_button_address( $post ) : '';
	if ( '' !== $address ) {
		printf( $tag . "\n", esc_url( $address ), esc_attr__( 'Flattr this', 'flattr-button' ) ); // phpcs:ignore WordPress.Security.EscapeOutput -- a constant.
	}
}

// The count beside the button: only if it is wanted, since it asks the platform.
add_action(
	'wp_enqueue_scripts',
	function () {
		$settings = flattr_button_settings();
		if ( $settings['script'] && '' !== $settings['site'] && is_singular() ) {
			wp_enqueue_script( 'flattr-button', $settings['site'] . '/button.js', array(), null, array( 'strategy' => 'async' ) ); // phpcs:ignore WordPress.WP.EnqueuedResourceParameters -- the platform's own, cached by itself.
		}
	}
);

add_filter(
	'script_loader_tag',
	fn( $tag, $handle ) => 'flattr-button' === $handle && ! str_contains( $tag, ' async' ) ? str_replace( ' src=', ' async src=', $tag ) : $tag,
	10,
	2
);

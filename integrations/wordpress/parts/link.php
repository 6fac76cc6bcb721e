<?php
/**
 * The link of a post: whom it names, and what it says of the post.
 *
 * @package Flattr_Button
 */

defined( 'ABSPATH' ) || exit;

const FLATTR_BUTTON_LONGEST_TITLE       = 100;
const FLATTR_BUTTON_LONGEST_DESCRIPTION = 300;

/** The username of a post's author: their own, else the blog's; empty without one. */
function flattr_button_name( WP_Post $post ): string {
	$own = get_user_meta( (int) $post->post_author, 'flattr_name', true );
	return $own ? (string) $own : flattr_button_settings()['name'];
}

/** The address that the button of a post leads to; empty where nobody is named. */
function flattr_button_address( WP_Post $post ): string {
	$site = flattr_button_settings()['site'];
	$name = flattr_button_name( $post );
	if ( '' === $site || '' === $name ) {
		return '';
	}
	$tags  = wp_get_post_tags( $post->ID, array( 'fields' => 'names' ) );
	$about = array(
		'user_id'     => $name,
		'url'         => get_permalink( $post ),
		'title'       => mb_substr( flattr_button_plain( $post->post_title ), 0, FLATTR_BUTTON_LONGEST_TITLE ),
		'description' => flattr_button_description( $post ),
		'language'    => get_locale(),
		'tags'        => is_array( $tags ) ? implode( ',', array_map( 'flattr_button_plain', $tags ) ) : '',
	);
	return $site . '/submit/auto?' . http_build_query( array_filter( $about ), '', '&', PHP_QUERY_RFC3986 );
}

/** What the author wrote as the excerpt, else the beginning; of a protected post nothing. */
function flattr_button_description( WP_Post $post ): string {
	if ( post_password_required( $post ) ) {
		return '';
	}
	// Not through the filters of an excerpt: they write the content, and this button in it.
	$text = has_excerpt( $post ) ? $post->post_excerpt : excerpt_remove_blocks( strip_shortcodes( $post->post_content ) );
	$text = trim( (string) preg_replace( '/\s+/u', ' ', flattr_button_plain( $text ) ) );
	if ( mb_strlen( $text ) <= FLATTR_BUTTON_LONGEST_DESCRIPTION ) {
		return $text;
	}
	return mb_substr( $text, 0, FLATTR_BUTTON_LONGEST_DESCRIPTION - 1 ) . '…';
}

/** Text without tags and entities. */
function flattr_button_plain( string $html ): string {
	return html_entity_decode( wp_strip_all_tags( $html ), ENT_QUOTES | ENT_HTML5, 'UTF-8' );
}

/** The button of a post as HTML: a link, as the platform's own page gives it. */
function flattr_button_html( WP_Post $post ): string {
	$address = flattr_button_address( $post );
	if ( '' === $address ) {
		return '';
	}
	return sprintf(
		'<p class="flattr-button"><a class="FlattrButton" href="%s" data-flattr-uid="%s">%s</a></p>',
		esc_url( $address ),
		esc_attr( flattr_button_name( $post ) ),
		esc_html__( 'Flattr this', 'flattr-button' )
	);
}

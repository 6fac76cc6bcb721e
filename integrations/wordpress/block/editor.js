// In the editor the block is a picture of the button: what it links to is known once
// the post has its address.
( ( { blocks, blockEditor, element, i18n } ) => {
	blocks.registerBlockType( 'flattr/button', {
		edit: () =>
			element.createElement(
				'p',
				blockEditor.useBlockProps(),
				element.createElement( 'span', { className: 'button' }, i18n.__( 'Flattr this', 'flattr-button' ) )
			),
		save: () => null,
	} );
} )( window.wp );

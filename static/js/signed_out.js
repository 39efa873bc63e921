import './forms.js';
